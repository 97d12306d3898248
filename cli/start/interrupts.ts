import type { Clock } from '../../service/clock.js';

/** What asks a command to end: SIGINT, SIGTERM or SIGHUP. */
export interface Interrupts {
  /** Aborted by the first signal. */
  readonly first: AbortSignal;
  /** Aborted by a further one, from somebody who does not want to wait. */
  readonly second: AbortSignal;
  stop(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Signals that follow the first one within this time belong to it, in ms: one Ctrl-C reaches the whole process group, and
 * npm hands its copy on to us.
 */
const ECHO_MS = 1_000;

/** Listens for signals, until it is stopped. */
export function listenForInterrupts(clock: Clock): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  let firstMs = 0;
  const onSignal = (): void => {
    if (!first.signal.aborted) {
      firstMs = clock.monotonicMs();
      first.abort();
    } else if (clock.monotonicMs() - firstMs > ECHO_MS) {
      second.abort();
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    first: first.signal,
    second: second.signal,
    stop() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
