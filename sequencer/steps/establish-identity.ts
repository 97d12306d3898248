import { equalBytes } from '../../tlog/bytes.js';
import { encodeLogIdentity, identityConflict } from '../core/log-identity.js';
import { CHECKPOINT_OBJECT, LOG_JSON_OBJECT, LOG_OBJECT, TREE_OBJECT } from '../core/object-names.js';
import { dataLoss, SequencerError } from '../core/sequencer-error.js';
import type { LogDeps } from '../ports/log-deps.js';

/**
 * Makes sure that the store belongs to this log: a new store becomes its own, and one that belongs to another log is
 * refused before anything is read or written. Run again after a crash it ends the same way.
 *
 * @throws SequencerError precondition for the store of another log; data-loss for one that has lost its identity.
 */
export async function establishIdentity({ identity, store }: Pick<LogDeps, 'identity' | 'store'>): Promise<void> {
  const bytes = encodeLogIdentity(identity);
  const stored = await store.private.read(LOG_OBJECT);
  if (stored === undefined) {
    const remains = await firstPresent(store);
    if (remains !== undefined) throw dataLoss(LOG_OBJECT, `it is missing, although ${remains} is there`);
    await store.private.create(LOG_OBJECT, bytes);
  } else {
    const conflict = identityConflict(stored.bytes, identity);
    if (conflict !== undefined) {
      throw new SequencerError({
        code: 'precondition',
        why: `the store of log ${identity.name} is foreign: ${conflict}`,
      });
    }
  }
  await publishIdentity(store, bytes);
}

async function firstPresent(store: LogDeps['store']): Promise<string | undefined> {
  if ((await store.private.read(TREE_OBJECT)) !== undefined) return TREE_OBJECT;
  if ((await store.public.read(CHECKPOINT_OBJECT)) !== undefined) return CHECKPOINT_OBJECT;
  return undefined;
}

async function publishIdentity(store: LogDeps['store'], bytes: Uint8Array): Promise<void> {
  const published = await store.public.read(LOG_JSON_OBJECT);
  if (published !== undefined && equalBytes(published.bytes, bytes)) return;
  await store.public.swap(LOG_JSON_OBJECT, published?.version, bytes);
}
