import type { TimestampMs } from '../../tlog/scalars.js';
import type { Frontier } from '../core/integration.js';
import type { JournalBatch } from '../core/journal-batch.js';
import type { Epoch } from '../core/object-names.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import type { TreeState } from '../core/tree-state.js';
import type { Version } from '../ports/store.js';

/**
 * What the leader of a log knows of it: a copy in memory of what is stored. Only two write to it: the committer appends
 * at its end, the integrator moves its tree. tree.size + the entries of `tail` = nextIndex, always.
 */
export interface Ledger {
  readonly epoch: Epoch;
  /** This leader's name in the batches that it writes. */
  readonly writer: Uint8Array;
  /** The index of the next new entry: all below are durable. In [0, 2^40]. */
  nextIndex: number;
  /** The timestamp of the newest durable entry; 0 where there is none. */
  lastTimestamp: TimestampMs;
  /** The batches that are durable and not integrated, oldest first. */
  tail: readonly JournalBatch[];
  /** The bytes of the entries of `tail`. */
  tailSizeBytes: number;
  /** The timestamp of the oldest entry that is integrated and not published; undefined where there is none. */
  unpublishedSince: TimestampMs | undefined;
  tree: TreeState;
  treeVersion: Version;
  frontier: Frontier;
  published: SignedCheckpoint;
  publishedVersion: Version;
}
