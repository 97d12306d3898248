import { setTimeout as delay } from 'node:timers/promises';
import { timestampMs, type TimestampMs } from '../tlog/scalars.js';

/** Time as the services see it: an argument everywhere, so that tests and simulations hold it in their hands. */
export interface Clock {
  /** The wall clock, in ms since 1970. It may jump, in both directions. */
  now(): TimestampMs;
  /** A clock that never goes back, in ms since some moment: for measuring durations. */
  monotonicMs(): number;
  /** Calls `action` once, after `delayMs`. Returns a function that cancels the call. */
  schedule(delayMs: number, action: () => void): () => void;
  /** Resolves after `delayMs`. @throws the signal's reason when it is aborted before. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that a Node.js timer takes, in ms; a longer one would fire at once. Source: Node.js, Timers. */
const TIMER_DELAY_MAX_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => timestampMs(Date.now()),
  monotonicMs: () => performance.now(),
  schedule(delayMs, action) {
    const timer = setTimeout(action, Math.min(Math.max(delayMs, 0), TIMER_DELAY_MAX_MS));
    return () => {
      clearTimeout(timer);
    };
  },
  async sleep(delayMs, signal) {
    await delay(Math.min(Math.max(delayMs, 0), TIMER_DELAY_MAX_MS), undefined, signal ? { signal } : {});
  },
};
