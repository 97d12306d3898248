import type { SequencerError } from '../core/sequencer-error.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';

/** Hands every published checkpoint to everyone who watches. */
export interface CheckpointFeed {
  /** The newest one, if any was published since this process began. */
  current(): SignedCheckpoint | undefined;
  /** One that is not later than the newest is known already: a log that recovers publishes its last one again. */
  publish(checkpoint: SignedCheckpoint): void;
  /** Ends every watch with `error`, also those that begin later. The first end stays. */
  end(error: SequencerError): void;
  /** The current checkpoint, then each that follows; a reader that is slow skips to the newest. Ends with `signal`. */
  readonly watch: (signal: AbortSignal) => AsyncIterable<SignedCheckpoint>;
}

/** A feed without a checkpoint. */
export function createCheckpointFeed(): CheckpointFeed {
  const wakers = new Set<() => void>();
  let newest: SignedCheckpoint | undefined;
  let ended: SequencerError | undefined;
  const wakeAll = (): void => {
    for (const wake of wakers) wake();
  };
  const changed = async (signal: AbortSignal): Promise<void> => {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      wakers.add(wake);
      signal.addEventListener('abort', wake);
    });
  };
  return {
    current: () => newest,
    publish(checkpoint) {
      if (newest !== undefined && checkpoint.timestamp <= newest.timestamp) return;
      newest = checkpoint;
      wakeAll();
    },
    end(error) {
      ended ??= error;
      wakeAll();
    },
    async *watch(signal) {
      let seen: SignedCheckpoint | undefined;
      while (!signal.aborted) {
        if (newest !== undefined && newest !== seen) {
          seen = newest;
          yield newest;
        } else if (ended !== undefined) {
          throw ended;
        } else {
          await changed(signal);
        }
      }
    },
  };
}
