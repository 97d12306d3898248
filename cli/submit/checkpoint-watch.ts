import { CHECKPOINT_OBJECT } from '../../sequencer/core/object-names.js';
import type { Clock } from '../../service/clock.js';
import type { CheckpointText } from '../../tlog/checkpoint.js';
import type { LeafIndex } from '../../tlog/scalars.js';
import type { LogIdentity } from '../public-log/log-identity.js';
import { CannotLookError, type PublicObjects } from '../public-log/public-objects.js';
import { parseSignedCheckpoint, verifyCheckpoint } from '../public-log/signed-checkpoint.js';

/** Waits for checkpoints. However many wait, one asks. */
export interface CheckpointWatch {
  /**
   * The first verified checkpoint that covers an index.
   * @returns undefined when there is none in time.
   * @throws CannotLookError, TlogError when a checkpoint is not the log's. The signal's reason when that is aborted.
   */
  covering(index: LeafIndex, signal: AbortSignal): Promise<CheckpointText | undefined>;
}

/** The pause between two looks at the checkpoint, in ms: a log of ours publishes about as often. */
const LOOK_AGAIN_MS = 100;

/** @param timeoutMs how long to wait for one index. */
export function createCheckpointWatch(
  log: { readonly objects: PublicObjects; readonly identity: LogIdentity },
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): CheckpointWatch {
  let newest: CheckpointText | undefined;
  let asking: Promise<CheckpointText> | undefined;
  const ask = (signal: AbortSignal): Promise<CheckpointText> => {
    asking ??= readCheckpoint(log, signal).finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return {
    async covering(index, signal) {
      const deadlineMs = clock.monotonicMs() + timeoutMs;
      for (;;) {
        if (newest !== undefined && index < newest.size) return newest;
        newest = await ask(signal);
        if (index < newest.size) return newest;
        if (clock.monotonicMs() > deadlineMs) return undefined;
        await clock.sleep(LOOK_AGAIN_MS, signal);
      }
    },
  };
}

async function readCheckpoint(
  { objects, identity }: { objects: PublicObjects; identity: LogIdentity },
  signal: AbortSignal,
): Promise<CheckpointText> {
  const bytes = await objects.read(CHECKPOINT_OBJECT, signal);
  if (bytes === undefined) throw new CannotLookError(`there is no checkpoint in ${objects.where}`);
  const signed = parseSignedCheckpoint(bytes);
  verifyCheckpoint(signed, identity);
  return signed.text;
}
