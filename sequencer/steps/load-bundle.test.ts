import assert from 'node:assert/strict';
import { createTestDeps, LAYOUTS, testEntries, type TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { concatBytes } from '../../tlog/bytes.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import { stampEntry, type StampedEntry } from '../core/entry.js';
import { loadBundle, type LoadedBundle } from './load-bundle.js';

const TILE = { level: 0, index: 2, width: 5 };

for (const layout of LAYOUTS) {
  describe(`loadBundle() in a ${layout} log`, () => {
    let deps: TestDeps;
    let entries: StampedEntry[];
    beforeEach(() => {
      deps = createTestDeps({ layout });
      entries = testEntries(layout, 'entry', TILE.width).map(({ entry }, i) =>
        stampEntry(deps.hasher, entry, { index: leafIndex(512 + i), timestamp: timestampMs(1_000 + i) }),
      );
    });
    const name = `tile/${layout === 'static-ct' ? 'data' : 'entries'}/002.p/5`;
    const load = async (stored: readonly StampedEntry[]): Promise<LoadedBundle> => {
      const bytes = concatBytes(...stored.map((entry) => deps.layout.encode(entry)));
      await deps.store.public.create(name, bytes);
      const hashes = concatBytes(...entries.map(({ leafHash }) => leafHash));
      return loadBundle(deps, { tile: TILE, hashes }, new AbortController().signal);
    };

    it('reads the entries whose leaf hashes the tile has', async () => {
      const { records } = await load(entries);
      assert.deepEqual(
        records.map(({ data }) => new Uint8Array(data)),
        entries.map(({ data }) => new Uint8Array(data)),
      );
    });

    for (const { desc, stored, message } of [
      { desc: 'one entry less', stored: () => entries.slice(1), message: /it has 4 entries, and wants 5/ },
      {
        desc: 'one more',
        stored: () => [...entries, ...entries.slice(0, 1)],
        message: /it has 6 entries, and wants 5/,
      },
      {
        desc: 'two in each other’s place',
        stored: () => [0, 1, 3, 2, 4].flatMap((i) => entries.slice(i, i + 1)),
        message: /its entry 514 does not have the leaf hash [0-9a-f]{64} of tile\/0\/002\.p\/5/,
      },
    ]) {
      it(`names the bundle that has ${desc}`, async () => {
        await assert.rejects(load(stored()), (error: unknown) => {
          isRefusal('data-loss', name)(error);
          assert.match(String(error), message);
          return true;
        });
      });
    }
  });
}
