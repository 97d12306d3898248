import assert from 'node:assert/strict';
import type { TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { rewrite, storeLog } from '../../test/stored-log.js';
import { timestampMs } from '../../tlog/scalars.js';
import { decodeJournalBatch, encodeJournalBatch, type JournalBatch } from '../core/journal-batch.js';
import { epoch } from '../core/object-names.js';
import { loadJournal } from './load-journal.js';
import { loadTree } from './load-tree.js';

const nameOf = (first: number): string => `journal/0000000001/${String(first).padStart(13, '0')}`;

describe('loadJournal()', () => {
  let deps: TestDeps;
  beforeEach(async () => {
    ({ deps } = await storeLog({ layout: 'static-ct', integrated: 5, journal: [1, 2, 3] }));
  });
  const load = async (): Promise<JournalBatch[]> => {
    const { signal } = new AbortController();
    return loadJournal(deps, (await loadTree(deps, signal)).tree, signal);
  };
  const change = async (first: number, into: (batch: JournalBatch) => JournalBatch): Promise<void> => {
    await rewrite(deps.store.private, nameOf(first), (bytes) =>
      encodeJournalBatch(deps.hasher, into(decodeJournalBatch(deps.hasher, bytes))),
    );
  };

  it('reads the batches behind the tree, in order', async () => {
    assert.deepEqual(
      (await load()).map(({ entries }) => entries.map(({ index }) => index)),
      [[5], [6, 7], [8, 9, 10]],
    );
  });

  it('does not look at what the tree has moved past', async () => {
    await deps.store.private.create(nameOf(3), new Uint8Array(3));
    assert.equal((await load()).length, 3);
  });

  for (const { missing, names } of [
    { missing: 5, names: 5 },
    { missing: 6, names: 6 },
  ]) {
    it(`names the batch that is missing before others, ${missing}`, async () => {
      await deps.store.private.remove(nameOf(missing));
      await assert.rejects(load(), isRefusal('data-loss', nameOf(names)));
    });
  }

  it('knows nothing of the last one where it is missing: it was never acknowledged', async () => {
    await deps.store.private.remove(nameOf(8));
    assert.equal((await load()).length, 2);
  });

  it('names a batch that stands where none can begin', async () => {
    await deps.store.private.create(nameOf(7), new Uint8Array(3));
    await assert.rejects(load(), isRefusal('data-loss', nameOf(8)));
  });

  it('names a batch that is another one', async () => {
    const other = await deps.store.private.read(nameOf(5));
    await rewrite(deps.store.private, nameOf(6), () => other?.bytes ?? new Uint8Array());
    await assert.rejects(load(), isRefusal('data-loss', nameOf(6)));
  });

  it('names a batch of another epoch', async () => {
    await change(6, (batch) => ({ ...batch, epoch: epoch(2) }));
    await assert.rejects(load(), isRefusal('data-loss', nameOf(6)));
  });

  for (const first of [5, 8]) {
    it(`names a batch whose timestamp goes back, ${first}`, async () => {
      await change(first, (batch) => {
        const timestamp = timestampMs(batch.timestamp - 1_000);
        const data = (entry: JournalBatch['entries'][number]): Uint8Array => {
          const bytes = new Uint8Array(entry.data);
          new DataView(bytes.buffer).setBigUint64(0, BigInt(timestamp));
          return bytes;
        };
        const entries = batch.entries.map((entry) => ({ ...entry, timestamp, data: data(entry) }));
        return { ...batch, timestamp, entries };
      });
      await assert.rejects(load(), isRefusal('data-loss', nameOf(first)));
    });
  }
});
