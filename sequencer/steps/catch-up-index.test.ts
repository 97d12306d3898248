import assert from 'node:assert/strict';
import { LAYOUTS, createTestDeps } from '../../test/log-deps.js';
import { storeLog, type StoredLog } from '../../test/stored-log.js';
import { createMemoryIndex } from '../index/memory-index.js';
import type { IdentityIndex } from '../ports/identity-index.js';
import { openLedger } from './open-ledger.js';

const INTEGRATED = 600;
const JOURNAL = [3, 4];
const DURABLE = 607;

describe('catchUpIndex()', () => {
  for (const layout of LAYOUTS) {
    describe(`in a ${layout} log`, () => {
      let stored: StoredLog;
      before(async () => {
        stored = await storeLog({ layout, integrated: INTEGRATED, journal: JOURNAL });
      });
      const catchUp = async (index: IdentityIndex, signal = new AbortController().signal): Promise<void> => {
        await openLedger(createTestDeps({ layout, store: stored.store, clock: stored.deps.clock, index }), signal);
      };
      const checkComplete = (index: IdentityIndex): void => {
        assert.equal(index.size(), DURABLE);
        for (const { identity, ...place } of stored.placed) assert.deepEqual(index.find(identity), place);
      };

      it('builds it from nothing: every entry is at its place, with its timestamp', async () => {
        const index = createMemoryIndex();
        await catchUp(index);
        checkComplete(index);
      });

      for (const covered of [1, 255, 256, 300, 599, 600, 601, 603, 606, 607]) {
        it(`goes on where it ends: ${covered} entries`, async () => {
          const index = createMemoryIndex();
          await index.append(stored.placed.slice(0, covered));
          await catchUp(index);
          checkComplete(index);
        });
      }

      it('does not read bundles that it covers', async () => {
        const index = createMemoryIndex();
        await index.append(stored.placed);
        const reads: string[] = [];
        const store = {
          ...stored.store,
          public: {
            ...stored.store.public,
            read: async (name: string) => {
              reads.push(name);
              return stored.store.public.read(name);
            },
          },
        };
        const deps = createTestDeps({ layout, store, clock: stored.deps.clock, index });
        await openLedger(deps, new AbortController().signal);
        assert.deepEqual(
          reads.filter((name) => /^tile\/(data|entries)\//.test(name)),
          [`tile/${deps.layout.bundle}/002.p/88`],
        );
      });

      it('makes it anew when it covers more than the log has', async () => {
        const index = createMemoryIndex();
        const others = stored.placed.map((one) => ({ ...one, identity: stored.deps.hasher.sha256(one.identity) }));
        const [last] = others.slice(-1);
        assert.ok(last !== undefined);
        await index.append([...others, { ...last, index: DURABLE } as typeof last]);
        await catchUp(index);
        checkComplete(index);
        for (const { identity } of others) assert.equal(index.find(identity), undefined);
      });

      it('ends with its signal, and goes on the next time', async () => {
        const index = createMemoryIndex();
        const end = new AbortController();
        const ending: IdentityIndex = {
          ...index,
          async append(placed) {
            await index.append(placed);
            end.abort(new Error('enough'));
          },
        };
        await assert.rejects(catchUp(ending, end.signal), /enough/);
        assert.equal(index.size(), 256);
        await catchUp(index);
        checkComplete(index);
      });
    });
  }
});
