import assert from 'node:assert/strict';
import { createFaultScript } from '../../test/fault-script.js';
import { openIntegratorBench } from '../../test/integrator-bench.js';
import { createTestDeps, LAYOUTS, type TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { rewrite } from '../../test/stored-log.js';
import { utf8 } from '../../tlog/bytes.js';
import { EMPTY_ROOT } from '../../tlog/hash.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import type { TreeHead } from '../core/signed-checkpoint.js';
import type { TreeState } from '../core/tree-state.js';
import { signCheckpoint } from './checkpoint.js';
import { reconcileCheckpoint, type Published } from './reconcile-checkpoint.js';

for (const layout of LAYOUTS) {
  describe(`reconcileCheckpoint() in a ${layout} log`, () => {
    let deps: TestDeps;
    let tree: TreeState;
    let older: Uint8Array;
    beforeEach(async () => {
      const bench = await openIntegratorBench({ layout });
      ({ deps } = bench);
      await bench.add('a', 'b');
      older = (await bench.integrate()).checkpoint.note;
      await deps.clock.advance(1_000);
      await bench.add('c');
      await bench.integrate();
      ({ tree } = bench.ledger);
    });
    const reconcile = async (on: TestDeps['store'] = deps.store): Promise<Published> =>
      reconcileCheckpoint({ ...deps, store: on }, tree, new AbortController().signal);
    const publicBytes = async (): Promise<Uint8Array | undefined> =>
      (await deps.store.public.read('checkpoint'))?.bytes;
    const put = async (note: Uint8Array): Promise<void> => rewrite(deps.store.public, 'checkpoint', () => note);
    const head = (change: Partial<TreeHead>, by = deps): Uint8Array => {
      const { size, root, checkpointTimestamp: timestamp } = tree;
      return signCheckpoint(by, { size, root, timestamp, ...change }).note;
    };

    it('writes nothing if the public one is that of the tree', async () => {
      const { published, version } = await reconcile();
      assert.deepEqual([published.size, published.note], [3, tree.checkpoint]);
      assert.equal(version, (await deps.store.public.read('checkpoint'))?.version);
      const faults = createFaultScript(deps.store);
      await reconcile(faults.store);
      assert.ok(faults.calls.every(({ operation }) => operation === 'read'));
    });

    it('publishes that of the tree if the public one is older', async () => {
      await put(older);
      const { version } = await reconcile();
      assert.deepEqual(await publicBytes(), tree.checkpoint);
      assert.equal(version, (await deps.store.public.read('checkpoint'))?.version);
    });

    it('publishes it if there is none', async () => {
      await deps.store.public.remove('checkpoint');
      await reconcile();
      assert.deepEqual(await publicBytes(), tree.checkpoint);
    });

    it('does not publish it if somebody else writes at the same moment', async () => {
      await put(older);
      const faults = createFaultScript(deps.store);
      const held = faults.hold({ operation: 'swap' });
      const reconciled = assert.rejects(reconcile(faults.store), isRefusal('data-loss', 'checkpoint'));
      await held.arrived;
      await put(tree.checkpoint);
      held.release();
      await reconciled;
    });

    for (const { desc, note, only } of [
      { desc: 'covers more leaves', note: () => head({ size: treeSize(4) }) },
      { desc: 'has another root for as many leaves', note: () => head({ root: EMPTY_ROOT }) },
      {
        desc: 'is later',
        note: () => head({ timestamp: timestampMs(tree.checkpointTimestamp + 1) }),
        only: 'static-ct' as const,
      },
      {
        desc: 'is later, and covers fewer leaves',
        note: () => head({ size: treeSize(2), timestamp: timestampMs(tree.checkpointTimestamp + 1) }),
        only: 'static-ct' as const,
      },
      { desc: 'is of another log', note: () => head({}, createTestDeps({ layout, origin: 'log.example/other' })) },
      { desc: 'was signed with another key', note: () => head({}, createTestDeps({ layout, key: 1 })) },
      { desc: 'is damaged', note: () => tree.checkpoint.map((byte, i) => (i === 90 ? byte ^ 1 : byte)) },
      { desc: 'is cut short', note: () => tree.checkpoint.slice(0, -1) },
      { desc: 'is empty', note: () => new Uint8Array() },
      { desc: 'is something else', note: () => utf8('<html>') },
    ]) {
      // Only the signatures of a static-ct log tell when they were made.
      if (only !== undefined && only !== layout) continue;
      it(`stops, and changes nothing, if the public one ${desc}`, async () => {
        const found = note();
        await put(found);
        await assert.rejects(reconcile(), isRefusal('data-loss', 'checkpoint'));
        assert.deepEqual(await publicBytes(), found);
      });
    }
  });
}
