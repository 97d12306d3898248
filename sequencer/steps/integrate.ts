import pLimit from 'p-limit';
import { equalBytes } from '../../tlog/bytes.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { guardGrowth, type Growth } from '../core/growth-guard.js';
import { planIntegration, type Integration, type NamedBytes } from '../core/integration.js';
import { batchSizeBytes, type JournalBatch } from '../core/journal-batch.js';
import { TREE_OBJECT } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import { encodeTreeState, type TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';
import type { Store } from '../ports/store.js';
import { signCheckpoint } from './checkpoint.js';
import type { Ledger } from './ledger.js';
import { publishCheckpoint } from './reconcile-checkpoint.js';

/** How many objects of one integration are written at the same time. */
const WRITES_AT_ONCE = 8;

/** The tiles of a run are written; what is left is to sign and to publish. */
export interface PreparedRun {
  readonly batches: readonly JournalBatch[];
  readonly integration: Integration;
}

/**
 * Writes the tiles, bundles and stamp pages of every entry that is durable at this moment. Nothing refers to them yet. The
 * bytes depend on the entries alone, so an object that is there already must hold the same.
 *
 * @throws StoreError; SequencerError data-loss when an object has other bytes.
 */
export async function writeTiles(deps: LogDeps, ledger: Ledger): Promise<PreparedRun> {
  const batches = ledger.tail;
  const entries = batches.flatMap((batch) => batch.entries);
  const integration = planIntegration(deps, ledger.frontier, entries);
  const limit = pLimit(WRITES_AT_ONCE);
  const write = (store: Store) => async (object: NamedBytes) => limit(async () => createSame(store, object));
  // All of them end before an error is passed on: nothing may still be writing when the run is repeated.
  const written = await Promise.allSettled([
    ...integration.publicObjects.map(write(deps.store.public)),
    ...integration.privateObjects.map(write(deps.store.private)),
  ]);
  const failed = written.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return { batches, integration };
}

async function createSame(store: Store, { name, bytes }: NamedBytes): Promise<void> {
  if ((await store.create(name, bytes)) === 'created') return;
  const found = await store.read(name);
  if (found !== undefined && equalBytes(found.bytes, bytes)) return;
  throw dataLoss(name, 'it is there with other bytes than the entries of the log make');
}

/**
 * Signs the tree head of a prepared run and moves `tree` to it. A crash after this leaves a checkpoint that is signed and
 * not public, which the next start publishes.
 *
 * @throws StoreError; SequencerError data-loss; RangeError or TlogError when the new head must not be signed.
 */
export async function moveTree(deps: LogDeps, ledger: Ledger, { batches, integration }: PreparedRun): Promise<void> {
  const { tree: before } = ledger;
  const entryTimestamp = timestampMs(batches.at(-1)?.timestamp ?? before.entryTimestamp);
  const timestamp = timestampMs(Math.max(deps.clock.now(), before.checkpointTimestamp + 1, entryTimestamp));
  const head = { size: treeSize(integration.frontier.edge.size), root: integration.root, timestamp };
  const note = signGuarded(deps, { before, after: head, entryTimestamp, integration });
  const { epoch } = ledger;
  const { size, root } = head;
  const tree = { epoch, size, root, entryTimestamp, checkpointTimestamp: timestamp, checkpoint: note };
  const result = await deps.store.private.swap(TREE_OBJECT, ledger.treeVersion, encodeTreeState(tree));
  if (result.kind === 'conflict') throw dataLoss(TREE_OBJECT, 'it was changed by another writer');
  ledger.tree = tree;
  ledger.treeVersion = result.version;
  ledger.frontier = integration.frontier;
  ledger.unpublishedSince ??= batches[0]?.timestamp;
  // Batches that became durable meanwhile stay.
  ledger.tail = ledger.tail.slice(batches.length);
  ledger.tailSizeBytes -= batches.reduce((sum, batch) => sum + batchSizeBytes(batch), 0);
}

/** The note over the new tree head. @throws SequencerError data-loss when it must not be signed. */
function signGuarded(deps: LogDeps, growth: Omit<Growth, 'before'> & { readonly before: TreeState }): Uint8Array {
  const { size, root, checkpointTimestamp: timestamp } = growth.before;
  try {
    guardGrowth(deps.hasher, { ...growth, before: { size, root, timestamp } });
    return signCheckpoint(deps, growth.after).note;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw dataLoss(TREE_OBJECT, `the next checkpoint is not signed: ${why}`, error);
  }
}

/** Publishes the checkpoint that `tree` holds. @throws StoreError; SequencerError data-loss. */
export async function publishTree(deps: LogDeps, ledger: Ledger): Promise<void> {
  const { size, root, checkpointTimestamp: timestamp, checkpoint: note } = ledger.tree;
  const checkpoint = { size, root, timestamp, note };
  const { published, version } = await publishCheckpoint(deps, { checkpoint, over: ledger.publishedVersion });
  ledger.published = published;
  ledger.publishedVersion = version;
  ledger.unpublishedSince = undefined;
}
