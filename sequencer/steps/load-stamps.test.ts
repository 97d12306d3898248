import assert from 'node:assert/strict';
import { createTestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { rewrite, storeLog, type StoredLog } from '../../test/stored-log.js';
import { STAMP_SIZE_BYTES } from '../core/stamp-page.js';
import { openLedger } from './open-ledger.js';

const PAGE = 'stamps/000.p/10';

/** Entries of odd index have both holes, the others none. */
describe('loadStamps()', () => {
  let stored: StoredLog;
  beforeEach(async () => {
    stored = await storeLog({ layout: 'tlog-tiles', integrated: 10 });
  });
  const open = async (): Promise<void> => {
    const { store, deps } = stored;
    await openLedger(createTestDeps({ layout: 'tlog-tiles', store, clock: deps.clock }), new AbortController().signal);
  };
  const flip = async (entry: number, byte: number): Promise<void> => {
    await rewrite(stored.store.private, PAGE, (bytes) =>
      bytes.map((value, i) => (i === entry * STAMP_SIZE_BYTES + byte ? value ^ 1 : value)),
    );
  };

  it('takes the page as it was written', async () => {
    await open();
  });

  for (let byte = 0; byte < STAMP_SIZE_BYTES; byte++) {
    it(`finds a flipped bit in byte ${byte} of the stamp of an entry with holes`, async () => {
      await flip(3, byte);
      await assert.rejects(open(), isRefusal('data-loss', PAGE));
    });
  }

  for (let byte = 8; byte < STAMP_SIZE_BYTES; byte++) {
    it(`finds a hole where an entry has none, by a flipped bit in byte ${byte}`, async () => {
      await flip(4, byte);
      await assert.rejects(open(), isRefusal('data-loss', PAGE));
    });
  }

  it('finds timestamps that go back', async () => {
    await flip(4, 5);
    await assert.rejects(open(), /stamp of entry 3 is later than the one after it/);
  });

  it('finds the page of other entries', async () => {
    const other = await storeLog({ layout: 'tlog-tiles', integrated: 266 });
    const page = await other.store.private.read('stamps/001.p/10');
    await rewrite(stored.store.private, PAGE, () => page?.bytes ?? new Uint8Array());
    await assert.rejects(open(), isRefusal('data-loss', PAGE));
  });
});
