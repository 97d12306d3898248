import { EMPTY_ROOT } from '../../tlog/hash.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { FIRST_EPOCH, journalPrefix, TREE_OBJECT, CHECKPOINT_OBJECT } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import { decodeTreeState, encodeTreeState, type TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';
import type { Version } from '../ports/store.js';
import { readCheckpoint, signCheckpoint } from './checkpoint.js';
import { equalBytes } from '../../tlog/bytes.js';

/** The stored `tree`, checked in itself. */
export interface LoadedTree {
  readonly tree: TreeState;
  readonly version: Version;
}

/**
 * Reads `tree`. A log that has none is new: it gets the tree without leaves, with its first checkpoint.
 *
 * @throws SequencerError data-loss: it is not of its form, its checkpoint does not verify or is of another tree head, or it
 * is missing from a log that has entries.
 */
export async function loadTree(deps: LogDeps, signal: AbortSignal): Promise<LoadedTree> {
  const stored = await deps.store.private.read(TREE_OBJECT, signal);
  if (stored === undefined) return beginTree(deps, signal);
  try {
    const tree = decodeTreeState(stored.bytes);
    const { size, root, timestamp } = readCheckpoint(deps, tree.checkpoint);
    if (size !== tree.size || !equalBytes(root, tree.root)) {
      throw new RangeError(
        `its checkpoint is of ${String(size)} leaves, and the tree has ${String(tree.size)}, or another root`,
      );
    }
    if (timestamp !== undefined && timestamp !== tree.checkpointTimestamp) {
      throw new RangeError(`its checkpoint is of ${String(timestamp)}, not of ${String(tree.checkpointTimestamp)}`);
    }
    return { tree, version: stored.version };
  } catch (error) {
    throw dataLoss(TREE_OBJECT, error instanceof Error ? error.message : String(error), error);
  }
}

async function beginTree(deps: LogDeps, signal: AbortSignal): Promise<LoadedTree> {
  const { private: privateStore, public: publicStore } = deps.store;
  for await (const name of privateStore.list(journalPrefix(FIRST_EPOCH), undefined, signal)) {
    throw dataLoss(TREE_OBJECT, `it is missing, although ${name} is there`);
  }
  if ((await publicStore.read(CHECKPOINT_OBJECT, signal)) !== undefined) {
    throw dataLoss(TREE_OBJECT, `it is missing, although ${CHECKPOINT_OBJECT} is there`);
  }
  const head = { size: treeSize(0), root: EMPTY_ROOT, timestamp: deps.clock.now() };
  const tree: TreeState = {
    epoch: FIRST_EPOCH,
    size: head.size,
    root: head.root,
    entryTimestamp: timestampMs(0),
    checkpointTimestamp: head.timestamp,
    checkpoint: signCheckpoint(deps, head).note,
  };
  const result = await privateStore.swap(TREE_OBJECT, undefined, encodeTreeState(tree), signal);
  if (result.kind === 'conflict') throw dataLoss(TREE_OBJECT, 'another writer has begun this log at the same moment');
  return { tree, version: result.version };
}
