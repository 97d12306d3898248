import { journalName, journalPrefix } from '../core/object-names.js';
import type { LogDeps } from '../ports/log-deps.js';
import type { Ledger } from './ledger.js';

/**
 * Removes the batches that `tree` has moved past. One that stays behind after an error, or a crash, is found and removed
 * by the next call.
 */
export async function collectJournal({ store, log }: LogDeps, { epoch, tree }: Ledger): Promise<void> {
  const end = journalName(epoch, tree.size);
  try {
    for await (const name of store.private.list(journalPrefix(epoch))) {
      if (name >= end) return;
      await store.private.remove(name);
    }
  } catch (error) {
    log.warn({ err: error }, 'integrated batches could not be removed from the journal and stay for now');
  }
}
