import { mkdir } from 'node:fs/promises';
import { open, type Database } from 'lmdb';
import { leafIndex, timestampMs, treeSize } from '../../tlog/scalars.js';
import { createReader, u40, u64 } from '../../tlog/tls.js';
import type { Place, Placed } from '../core/batch-plan.js';
import type { IdentityIndex } from '../ports/identity-index.js';

/** The version of the form below; another one is cleared and rebuilt. */
const FORM = 'andamento identities 1';

/**
 * An index in an LMDB environment on local disk: from the 32 bytes of an identity to `uint40 index; uint64 timestamp_ms`.
 *
 * @param options.log names the log: an index that belongs to another one is cleared.
 */
export async function openLmdbIndex(options: { readonly path: string; readonly log: string }): Promise<IdentityIndex> {
  await mkdir(options.path, { recursive: true, mode: 0o750 });
  const root = open<string, string>({ path: `${options.path}/identities.mdb`, encoding: 'string', maxDbs: 2 });
  const places = root.openDB<Uint8Array, Uint8Array>({ name: 'places', encoding: 'binary', keyEncoding: 'binary' });
  const facts = root.openDB<string, string>({ name: 'facts', encoding: 'string' });
  const owner = `${FORM} of ${options.log}`;
  const index = createIndex({ places, facts, owner, close: async () => root.close() });
  if (facts.get('owner') !== owner) await index.clear();
  return index;
}

interface Tables {
  readonly places: Database<Uint8Array, Uint8Array>;
  readonly facts: Database<string, string>;
  readonly owner: string;
  readonly close: () => Promise<void>;
}

function createIndex({ places, facts, owner, close }: Tables): IdentityIndex {
  let covered = Number(facts.get('size') ?? 0);
  return {
    size: () => treeSize(covered),
    find(identity) {
      const found = places.get(identity);
      return found && decodePlace(found);
    },
    async append(placed) {
      const after = covered + placed.length;
      covered = after;
      await places.transaction(() => {
        for (const one of placed) putIfAbsent(places, one);
        void facts.put('size', String(after));
      });
    },
    async clear() {
      covered = 0;
      await places.clearAsync();
      await facts.transaction(() => {
        void facts.put('size', '0');
        void facts.put('owner', owner);
      });
    },
    close,
  };
}

function putIfAbsent(places: Tables['places'], { identity, index, timestamp }: Placed): void {
  if (places.get(identity) !== undefined) return;
  const value = new Uint8Array(13);
  value.set(u40(index), 0);
  value.set(u64(timestamp), 5);
  // Inside a transaction a put is done at once; its promise is that of the transaction.
  void places.put(identity, value);
}

function decodePlace(value: Uint8Array): Place {
  const reader = createReader(value);
  const place = { index: leafIndex(reader.u40()), timestamp: timestampMs(reader.u64()) };
  reader.end('a place');
  return place;
}
