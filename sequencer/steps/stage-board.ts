import type { Clock } from '../../service/clock.js';
import { STAGE_WAIT_MAX_MS } from '../core/limits.js';
import { SequencerError } from '../core/sequencer-error.js';

/** Wakes those who wait until one stage, integrated or published, covers a certain number of leaves. */
export interface StageBoard {
  /** The stage covers `size` leaves: wakes everyone who waits for no more. */
  readonly reached: (size: number) => void;
  /** The stage will not go on any more: wakes everyone with `error`, also those who come later. The first error stays. */
  fail(error: SequencerError): void;
  /**
   * Resolves when the stage covers `size` leaves.
   *
   * @throws SequencerError deadline after STAGE_WAIT_MAX_MS; the reason of `signal` when it is aborted before.
   */
  wait(size: number, signal: AbortSignal): Promise<void>;
}

interface Waiter {
  readonly size: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A board that covers nothing yet. @param stage its name, for errors. */
export function createStageBoard(clock: Clock, stage: string): StageBoard {
  const waiters = new Set<Waiter>();
  let covered = 0;
  let failure: SequencerError | undefined;
  return {
    reached(size) {
      covered = Math.max(covered, size);
      for (const waiter of waiters) if (waiter.size <= covered) waiter.resolve();
    },
    fail(error) {
      failure ??= error;
      for (const waiter of waiters) waiter.reject(failure);
    },
    async wait(size, signal) {
      if (size <= covered) return;
      if (failure !== undefined) throw failure;
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const waiter = addWaiter({ waiters, clock, signal, stage }, { size, resolve, reject });
        signal.addEventListener('abort', waiter, { once: true });
      });
    },
  };
}

/** @returns what is called when the signal is aborted. */
function addWaiter(
  { waiters, clock, signal, stage }: { waiters: Set<Waiter>; clock: Clock; signal: AbortSignal; stage: string },
  { size, resolve, reject }: Waiter,
): () => void {
  const leave = (): void => {
    waiters.delete(waiter);
    cancelTimer();
    signal.removeEventListener('abort', onAbort);
  };
  const waiter: Waiter = {
    size,
    resolve() {
      leave();
      resolve();
    },
    reject(error) {
      leave();
      reject(error);
    },
  };
  const onAbort = (): void => {
    waiter.reject(signal.reason as Error);
  };
  const cancelTimer = clock.schedule(STAGE_WAIT_MAX_MS, () => {
    waiter.reject(
      new SequencerError({
        code: 'deadline',
        what: `entry ${String(size - 1)} was not ${stage} within ${String(STAGE_WAIT_MAX_MS)} ms; it is durable`,
      }),
    );
  });
  waiters.add(waiter);
  return onAbort;
}
