import assert from 'node:assert/strict';
import { createFaultScript } from '../../test/fault-script.js';
import { createTestDeps, LAYOUTS } from '../../test/log-deps.js';
import { damage, storeLog, type Damage, type StoredLog, type StoredLogSize } from '../../test/stored-log.js';
import { SequencerError } from '../core/sequencer-error.js';
import { StoreError } from '../ports/store.js';
import type { Ledger } from './ledger.js';
import { openLedger } from './open-ledger.js';

const DAMAGES: readonly Damage[] = ['missing', 'flipped', 'truncated', 'extended', 'emptied'];

describe('openLedger()', () => {
  for (const layout of LAYOUTS) {
    describe(`of a ${layout} log`, () => {
      const bundle = layout === 'static-ct' ? 'data' : 'entries';

      for (const size of [
        { layout, integrated: 0 },
        { layout, integrated: 0, journal: [3] },
        { layout, integrated: 5, journal: [1, 2] },
        { layout, integrated: 256 },
        { layout, integrated: 300, journal: [300] },
      ]) {
        it(`knows all of ${describeSize(size)}`, async () => {
          const stored = await storeLog(size);
          const ledger = await reopen(stored);
          const durable = size.integrated + sum(size.journal);
          assert.equal(ledger.tree.size, size.integrated);
          assert.equal(ledger.published.size, size.integrated);
          assert.equal(ledger.nextIndex, durable);
          assert.equal(ledger.tail.length, size.journal?.length ?? 0);
          assert.equal(ledger.frontier.edge.size, size.integrated);
        });
      }

      damagedObjects({ layout, integrated: 300, journal: [10, 10, 10] }, [
        { name: 'tile/0/001.p/44' },
        { name: 'tile/1/000.p/1' },
        { name: `tile/${bundle}/001.p/44` },
        { name: 'private/journal/0000000001/0000000000310' },
        { name: 'private/journal/0000000001/0000000000300' },
        { name: 'private/tree' },
      ]);

      damagedObjects({ layout, integrated: 256 }, [
        { name: 'tile/0/000' },
        { name: 'tile/1/000.p/1' },
        { name: `tile/${bundle}/000` },
      ]);

      describe('whose index is rebuilt', () => {
        damagedObjects({ layout, integrated: 600 }, [
          { name: 'tile/0/000' },
          { name: 'tile/0/001' },
          { name: `tile/${bundle}/000` },
          { name: `tile/${bundle}/001` },
        ]);
      });
    });
  }

  describe('of a tlog-tiles log, of its stamp pages', () => {
    damagedObjects({ layout: 'tlog-tiles', integrated: 300 }, [
      { name: 'private/stamps/001.p/44' },
      { name: 'private/stamps/000' },
    ]);
  });

  it('does not need what the tree has moved past', async () => {
    const stored = await storeLog({ layout: 'static-ct', integrated: 300 });
    for (const name of ['tile/0/000.p/100', 'tile/data/000.p/100']) await damage(stored.store.public, name, 'missing');
    await reopen(stored);
  });

  it('takes no damage for a failure of the store, nor the other way round', async () => {
    const stored = await storeLog({ layout: 'static-ct', integrated: 300, journal: [1] });
    const faults = createFaultScript(stored.store);
    const count = (await openCounting(stored, faults)).length;
    assert.ok(count > 10, `${count} operations`);
    for (let failing = 1; failing <= count; failing++) {
      const script = createFaultScript(stored.store);
      script.order({}, 'done', failing - 1);
      script.order({}, 'refused');
      await assert.rejects(openCounting(stored, script), StoreError, `operation ${failing}`);
    }
  });
});

async function openCounting(
  { deps }: StoredLog,
  faults: ReturnType<typeof createFaultScript>,
): Promise<readonly unknown[]> {
  const fresh = createTestDeps({ layout: deps.identity.layout, store: faults.store, clock: deps.clock });
  await openLedger(fresh, new AbortController().signal);
  return faults.calls;
}

/** Opens the log in a new process, so to speak, without its index. */
async function reopen({ deps, store }: StoredLog): Promise<Ledger> {
  const fresh = createTestDeps({ layout: deps.identity.layout, store, clock: deps.clock });
  return openLedger(fresh, new AbortController().signal);
}

function damagedObjects(size: StoredLogSize, objects: readonly { readonly name: string }[]): void {
  for (const { name } of objects) {
    for (const kind of DAMAGES) {
      it(`names ${name} of ${describeSize(size)} if it is ${kind}`, async () => {
        const stored = await storeLog(size);
        const isPrivate = name.startsWith('private/');
        const object = name.replace(/^private\//, '');
        await damage(isPrivate ? stored.store.private : stored.store.public, object, kind);
        await assert.rejects(reopen(stored), (error: unknown) => {
          assert.ok(error instanceof SequencerError && error.detail.code === 'data-loss', String(error));
          assert.ok(error.detail.object.split(', ').includes(object), error.message);
          return true;
        });
      });
    }
  }
}

function describeSize({ integrated, journal = [] }: StoredLogSize): string {
  const batches = journal.length === 0 ? '' : ` and batches of ${journal.join(', ')} behind them`;
  return `${integrated} integrated entries${batches}`;
}

function sum(counts: readonly number[] = []): number {
  return counts.reduce((total, count) => total + count, 0);
}
