import { mkdir } from 'node:fs/promises';
import { open, type Database } from 'lmdb';
import { concatBytes } from '../../tlog/bytes.js';
import { leafIndex, timestampMs, treeSize } from '../../tlog/scalars.js';
import { createReader, u40, u64 } from '../../tlog/tls.js';
import type { Place } from '../core/batch-plan.js';
import { checkFollows, type IdentityIndex } from '../ports/identity-index.js';

/** The version of the form below; another one is cleared and rebuilt. */
const FORM = 'andamento identities 1';

/**
 * An index in an LMDB environment on local disk: from the 32 bytes of an identity to `uint40 index; uint64 timestamp_ms`.
 *
 * @param options.log names the log: an index that belongs to another one is cleared.
 */
export async function openLmdbIndex(options: { readonly path: string; readonly log: string }): Promise<IdentityIndex> {
  await mkdir(options.path, { recursive: true, mode: 0o750 });
  const path = `${options.path}/identities.mdb`;
  // With batches of event turns lmdb makes a promise that nobody holds, and with overlapping syncs one that never settles
  // after a failed commit: a full disk would end the process with all its logs, or keep it from ending.
  const steady = { eventTurnBatching: false, overlappingSync: false };
  const root = open<string, string>({ path, encoding: 'string', maxDbs: 2, ...steady });
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
  const stored = (): number => Number(facts.get('size') ?? 0);
  /** With the appends that are under way, so that they need not wait for each other. */
  let covered = stored();
  const write = async (after: number, change: () => void): Promise<void> => {
    covered = after;
    try {
      await facts.transaction(() => {
        change();
        void facts.put('size', String(after));
      });
    } catch (error) {
      covered = stored();
      holdCause(error);
      throw error;
    }
  };
  return {
    size: () => treeSize(covered),
    find(identity) {
      const found = places.get(identity);
      return found && decodePlace(found);
    },
    async append(placed) {
      const [first] = placed;
      if (first === undefined) return;
      const rows = placed.map(({ identity, ...place }) => ({ identity, value: encodePlace(place) }));
      await write(first.index + placed.length, () => {
        // A transaction that throws keeps what it has put, so it throws first. An earlier append may have failed meanwhile.
        checkFollows(first, stored());
        for (const { identity, value } of rows) {
          // Inside a transaction a put is done at once; its promise is that of the transaction.
          if (places.get(identity) === undefined) void places.put(identity, value);
        }
      });
    },
    async clear() {
      await write(0, () => {
        void places.clearAsync();
        void facts.put('owner', owner);
      });
    },
    close,
  };
}

/** The error of a failed commit carries a second promise, rejected with the cause, which lmdb has written on stderr. */
function holdCause(error: unknown): void {
  const { commitError } = error as { readonly commitError?: Promise<unknown> };
  commitError?.catch(() => undefined);
}

function encodePlace({ index, timestamp }: Place): Uint8Array {
  return concatBytes(u40(index), u64(timestamp));
}

function decodePlace(value: Uint8Array): Place {
  const reader = createReader(value);
  const place = { index: leafIndex(reader.u40()), timestamp: timestampMs(reader.u64()) };
  reader.end('a place');
  return place;
}
