import { decodeJournalBatch, type JournalBatch } from '../core/journal-batch.js';
import { journalName, journalPrefix } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';
import { treeSize } from '../../tlog/scalars.js';

/**
 * Reads the batches that are durable and not integrated: those from the tree's size on, without a gap.
 *
 * @throws SequencerError data-loss: a batch is damaged, or one is missing before another. Batches are written one after
 * the other, so a gap is never the trace of a crash.
 */
export async function loadJournal(deps: LogDeps, tree: TreeState, signal: AbortSignal): Promise<JournalBatch[]> {
  const batches: JournalBatch[] = [];
  let next: number = tree.size;
  let lastTimestamp: number = tree.entryTimestamp;
  const names = deps.store.private.list(journalPrefix(tree.epoch), journalName(tree.epoch, tree.size), signal);
  for await (const name of names) {
    const want = journalName(tree.epoch, treeSize(next));
    if (name !== want) throw dataLoss(want, `it is missing, although ${name} is there`);
    const batch = await loadBatch(deps, name, signal);
    if (batch.epoch !== tree.epoch || batch.entries[0]?.index !== next) {
      throw dataLoss(
        name,
        `it says that it is batch ${String(batch.entries[0]?.index)} of epoch ${String(batch.epoch)}`,
      );
    }
    if (batch.timestamp < lastTimestamp) {
      throw dataLoss(
        name,
        `its timestamp ${String(batch.timestamp)} is before ${String(lastTimestamp)}, of an earlier entry`,
      );
    }
    batches.push(batch);
    next += batch.entries.length;
    lastTimestamp = batch.timestamp;
  }
  return batches;
}

async function loadBatch({ store, hasher }: LogDeps, name: string, signal: AbortSignal): Promise<JournalBatch> {
  const stored = await store.private.read(name, signal);
  if (stored === undefined) throw dataLoss(name, 'it was listed, and cannot be read');
  try {
    return decodeJournalBatch(hasher, stored.bytes);
  } catch (error) {
    throw dataLoss(name, error instanceof Error ? error.message : String(error), error);
  }
}
