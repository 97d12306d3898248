import assert from 'node:assert/strict';
import { createFaultScript } from '../../test/fault-script.js';
import { createTestDeps, LAYOUTS, type TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { rewrite, storeLog } from '../../test/stored-log.js';
import { utf8 } from '../../tlog/bytes.js';
import { EMPTY_ROOT } from '../../tlog/hash.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { decodeTreeState, encodeTreeState, type TreeState } from '../core/tree-state.js';
import { signCheckpoint } from './checkpoint.js';
import { loadTree, type LoadedTree } from './load-tree.js';

describe('loadTree()', () => {
  const load = async (deps: TestDeps): Promise<LoadedTree> => loadTree(deps, new AbortController().signal);

  for (const layout of LAYOUTS) {
    it(`begins a new log with a signed checkpoint of no leaves (${layout})`, async () => {
      const deps = createTestDeps({ layout });
      const { tree, version } = await load(deps);
      const { checkpoint, ...rest } = tree;
      assert.deepEqual(rest, {
        epoch: 1,
        size: 0,
        root: EMPTY_ROOT,
        entryTimestamp: 0,
        checkpointTimestamp: deps.clock.now(),
      });
      assert.ok(checkpoint.length > 0);
      assert.deepEqual(await load(deps), { tree, version });
    });
  }

  it('begins it once: whoever comes at the same moment is told', async () => {
    const deps = createTestDeps();
    const faults = createFaultScript(deps.store);
    const late = { ...deps, store: faults.store };
    const held = faults.hold({ operation: 'swap', name: /^tree$/ });
    const second = assert.rejects(load(late), isRefusal('data-loss', 'tree'));
    await held.arrived;
    await load(deps);
    held.release();
    await second;
  });

  for (const { desc, make } of [
    {
      desc: 'a journal',
      make: async ({ store }: TestDeps) => store.private.create('journal/0000000001/0000000000000', utf8('x')),
    },
    { desc: 'a checkpoint', make: async ({ store }: TestDeps) => store.public.create('checkpoint', utf8('x')) },
  ]) {
    it(`does not begin a log that has ${desc}`, async () => {
      const deps = createTestDeps();
      await make(deps);
      await assert.rejects(load(deps), isRefusal('data-loss', 'tree'));
      assert.equal(await deps.store.private.read('tree'), undefined);
    });
  }

  describe('of a log with entries', () => {
    let deps: TestDeps;
    beforeEach(async () => {
      ({ deps } = await storeLog({ layout: 'static-ct', integrated: 5 }));
    });
    const change = async (into: (tree: TreeState) => TreeState): Promise<void> => {
      await rewrite(deps.store.private, 'tree', (bytes) => encodeTreeState(into(decodeTreeState(bytes))));
    };
    const sign = ({ size, root, checkpointTimestamp }: TreeState, by = deps): Uint8Array =>
      signCheckpoint(by, { size, root, timestamp: checkpointTimestamp }).note;

    it('reads it', async () => {
      assert.equal((await load(deps)).tree.size, 5);
    });

    const oneMore = ({ size }: TreeState): Pick<TreeState, 'size'> => ({ size: treeSize(size + 1) });
    const later = ({ checkpointTimestamp }: TreeState): Pick<TreeState, 'checkpointTimestamp'> => ({
      checkpointTimestamp: timestampMs(checkpointTimestamp + 1),
    });
    for (const { desc, into } of [
      { desc: 'another size', into: (tree: TreeState) => ({ ...tree, ...oneMore(tree) }) },
      { desc: 'another root', into: (tree: TreeState) => ({ ...tree, root: EMPTY_ROOT }) },
      { desc: 'another timestamp', into: (tree: TreeState) => ({ ...tree, ...later(tree) }) },
      {
        desc: 'another log',
        into: (tree: TreeState) => ({
          ...tree,
          checkpoint: sign(tree, createTestDeps({ origin: 'log.example/other' })),
        }),
      },
      {
        desc: 'another key',
        into: (tree: TreeState) => ({ ...tree, checkpoint: sign(tree, createTestDeps({ key: 1 })) }),
      },
    ]) {
      it(`refuses one whose checkpoint is of ${desc}`, async () => {
        await change(into);
        await assert.rejects(load(deps), isRefusal('data-loss', 'tree'));
      });
    }

    it('takes a checkpoint that was signed again, as a change of the further keys will need', async () => {
      await change((tree) => ({ ...tree, checkpoint: sign(tree) }));
      await load(deps);
    });
  });
});
