import { timestampMs } from '../../tlog/scalars.js';
import { batchSizeBytes, WRITER_SIZE_BYTES } from '../core/journal-batch.js';
import type { LogDeps } from '../ports/log-deps.js';
import { catchUpIndex } from './catch-up-index.js';
import { establishIdentity } from './establish-identity.js';
import type { Ledger } from './ledger.js';
import { loadFrontier } from './load-frontier.js';
import { loadJournal } from './load-journal.js';
import { loadTree } from './load-tree.js';
import { reconcileCheckpoint } from './reconcile-checkpoint.js';

/**
 * Reads what is stored into a ledger, verifying all that will be built upon. Nothing is repaired here: what a crash left
 * undone is in the tail, and the next integration does it.
 *
 * @throws SequencerError data-loss; StoreError when the storage fails, after which it may be tried again.
 */
export async function openLedger(deps: LogDeps, signal: AbortSignal): Promise<Ledger> {
  await establishIdentity(deps);
  const { tree, version } = await loadTree(deps, signal);
  const frontier = await loadFrontier(deps, tree, signal);
  const tail = await loadJournal(deps, tree, signal);
  const checkpoint = await reconcileCheckpoint(deps, tree, signal);
  await catchUpIndex(deps, { tree, edge: frontier.edge, tail }, signal);
  return {
    epoch: tree.epoch,
    writer: deps.randomBytes(WRITER_SIZE_BYTES),
    nextIndex: tail.reduce<number>((size, batch) => size + batch.entries.length, tree.size),
    lastTimestamp: timestampMs(tail.at(-1)?.timestamp ?? tree.entryTimestamp),
    tail,
    tailSizeBytes: tail.reduce((sum, batch) => sum + batchSizeBytes(batch), 0),
    unpublishedSince: undefined,
    tree,
    treeVersion: version,
    frontier,
    published: checkpoint.published,
    publishedVersion: checkpoint.version,
  };
}
