import { equalBytes, toHex } from '../../tlog/bytes.js';
import { CHECKPOINT_OBJECT } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import type { TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';
import type { Version } from '../ports/store.js';
import { readCheckpoint, type ReadCheckpoint } from './checkpoint.js';

/** The public checkpoint with its version. */
export interface Published {
  readonly published: SignedCheckpoint;
  readonly version: Version;
}

/**
 * Brings the public checkpoint to the one in `tree`. A public one that is older, or missing, is what a crash between the
 * two swaps leaves.
 *
 * @throws SequencerError data-loss when the public one is newer, or another at the same size: somebody restored an old
 * backup or forked the log.
 */
export async function reconcileCheckpoint(deps: LogDeps, tree: TreeState, signal: AbortSignal): Promise<Published> {
  const signed = { size: tree.size, root: tree.root, timestamp: tree.checkpointTimestamp, note: tree.checkpoint };
  const stored = await deps.store.public.read(CHECKPOINT_OBJECT, signal);
  if (stored !== undefined) {
    if (equalBytes(stored.bytes, tree.checkpoint)) return { published: signed, version: stored.version };
    checkNotNewer(readPublic(deps, stored.bytes), signed);
  }
  return publishCheckpoint(deps, { checkpoint: signed, over: stored?.version }, signal);
}

/** Replaces the public checkpoint, of version `over`. @throws SequencerError data-loss when somebody else has written it. */
export async function publishCheckpoint(
  { store }: Pick<LogDeps, 'store'>,
  { checkpoint, over }: { readonly checkpoint: SignedCheckpoint; readonly over: Version | undefined },
  signal?: AbortSignal,
): Promise<Published> {
  const result = await store.public.swap(CHECKPOINT_OBJECT, over, checkpoint.note, signal);
  if (result.kind === 'conflict') throw dataLoss(CHECKPOINT_OBJECT, 'it was changed by another writer');
  return { published: checkpoint, version: result.version };
}

function readPublic(deps: LogDeps, note: Uint8Array): ReadCheckpoint {
  try {
    return readCheckpoint(deps, note);
  } catch (error) {
    throw dataLoss(CHECKPOINT_OBJECT, error instanceof Error ? error.message : String(error), error);
  }
}

function checkNotNewer(found: ReadCheckpoint, signed: SignedCheckpoint): void {
  if (found.size > signed.size) {
    const why = `it covers ${String(found.size)} leaves, and the last one that was signed, in the object tree, ${String(signed.size)}`;
    throw dataLoss(CHECKPOINT_OBJECT, `${why}: was an old backup restored?`);
  }
  if (found.size === signed.size && !equalBytes(found.root, signed.root)) {
    const roots = `${toHex(found.root)} and ${toHex(signed.root)}`;
    throw dataLoss(
      CHECKPOINT_OBJECT,
      `it and the object tree have two roots for ${String(found.size)} leaves: ${roots}`,
    );
  }
  if (found.timestamp !== undefined && found.timestamp > signed.timestamp) {
    const why = `it is of ${String(found.timestamp)}, and the last one that was signed, in the object tree, of ${String(signed.timestamp)}`;
    throw dataLoss(CHECKPOINT_OBJECT, `${why}: was an old backup restored?`);
  }
}
