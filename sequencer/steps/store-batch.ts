import { equalBytes } from '../../tlog/bytes.js';
import { encodeJournalBatch, type JournalBatch } from '../core/journal-batch.js';
import { journalName } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { LogDeps } from '../ports/log-deps.js';
import { StoreError } from '../ports/store.js';

/** How often a create whose outcome is unknown is repeated before the batch is given up. */
const ATTEMPTS_MAX = 4;

/** The pause before the first repetition, in ms; it doubles. */
const PAUSE_MS = 50;

/**
 * Makes a batch durable: from the moment this returns, its entries are in the log for ever. A create whose answer was lost
 * is repeated, and an object that is there already is read and compared: the writer's name tells our own bytes from others.
 *
 * @throws StoreError with effect none: nothing was stored; with effect unknown: it may have been.
 * @throws SequencerError data-loss: somebody else's object has this name.
 */
export async function storeBatch(deps: LogDeps, batch: JournalBatch): Promise<void> {
  const [first] = batch.entries;
  if (first === undefined) throw new RangeError('a journal batch has at least one entry');
  const name = journalName(batch.epoch, first.index);
  const bytes = encodeJournalBatch(deps.hasher, batch);
  for (let attempt = 1; ; attempt++) {
    try {
      if ((await deps.store.private.create(name, bytes)) === 'created') return;
      const found = await deps.store.private.read(name);
      if (found !== undefined && equalBytes(found.bytes, bytes)) return;
      throw dataLoss(name, 'another writer has stored a batch under this name');
    } catch (error) {
      // Once an attempt may have had its effect, no later failure can say that nothing was stored.
      const settled = error instanceof StoreError && error.effect === 'none' && attempt === 1;
      if (!(error instanceof StoreError) || settled) throw error;
      if (attempt === ATTEMPTS_MAX) throw unknownOutcome(error);
      deps.log.warn({ err: error, name, attempt }, 'a journal write failed with unknown outcome and is repeated');
      await deps.clock.sleep(PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

function unknownOutcome(error: StoreError): StoreError {
  const { operation, objectName } = error;
  return new StoreError({ operation, objectName, effect: 'unknown' }, { cause: error });
}
