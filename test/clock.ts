import type { Clock } from '../service/clock.js';
import { timestampMs } from '../tlog/scalars.js';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /**
   * Lets `durationMs` pass. Every timer that becomes due fires at its own moment and in order, timers set by others on
   * the way included; what each of them starts runs as far as it can without more time before the next one fires.
   */
  advance(durationMs: number): Promise<void>;
  /** Moves the wall clock alone, forward or (negative) back, as a time server or a person would. Fires no timer. */
  jump(byMs: number): void;
  /** How many timers wait. */
  pendingTimers(): number;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** Some moment of the real log whose entries are in the test data: 2025-07-05T00:00:00Z, in ms. */
const START_MS = 1_751_673_600_000;

/** Rounds of the event loop after which a chain of promises with a few callbacks in it has come to rest. */
const SETTLING_ROUNDS = 4;

/** Makes a clock that shows `startMs`. */
export function createManualClock(startMs: number = START_MS): ManualClock {
  let elapsedMs = 0;
  let wallOffsetMs = startMs;
  let scheduled = 0;
  const timers = new Set<Timer>();

  function schedule(delayMs: number, action: () => void): () => void {
    const timer = { dueMs: elapsedMs + Math.max(delayMs, 0), order: scheduled++, action };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  }

  function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason as Error);
      };
      const cancel = schedule(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  async function advance(durationMs: number): Promise<void> {
    const untilMs = elapsedMs + durationMs;
    await settle();
    for (let timer = next(timers, untilMs); timer !== undefined; timer = next(timers, untilMs)) {
      timers.delete(timer);
      elapsedMs = Math.max(elapsedMs, timer.dueMs);
      timer.action();
      await settle();
    }
    elapsedMs = untilMs;
  }

  return {
    now: () => timestampMs(Math.floor(wallOffsetMs + elapsedMs)),
    monotonicMs: () => elapsedMs,
    schedule,
    sleep,
    advance,
    jump(byMs) {
      wallOffsetMs += byMs;
    },
    pendingTimers: () => timers.size,
  };
}

/** The timer that is due first, by `untilMs` at the latest; of those due together, the one set first. */
function next(timers: ReadonlySet<Timer>, untilMs: number): Timer | undefined {
  const due = [...timers].filter((timer) => timer.dueMs <= untilMs);
  return due.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)[0];
}

/** Lets everything run that needs no time to pass. */
export async function settle(): Promise<void> {
  for (let round = 0; round < SETTLING_ROUNDS; round++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
