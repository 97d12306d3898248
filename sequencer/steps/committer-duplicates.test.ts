import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import { JOURNAL_CREATE, openCommitterBench, type CommitterBench } from '../../test/committer-bench.js';
import type { TestDeps } from '../../test/log-deps.js';
import { createSlowIndex } from '../../test/slow-index.js';
import type { AddedEntry } from '../core/batch-plan.js';
import { createMemoryIndex } from '../index/memory-index.js';

describe('createCommitter()', () => {
  let bench: CommitterBench;
  beforeEach(async () => {
    bench = await openCommitterBench();
  });

  describe('finding duplicates', () => {
    const places = (answers: readonly AddedEntry[]): unknown =>
      answers.map(({ index, duplicate }) => [index, duplicate]);

    it('finds them within a call', async () => {
      assert.deepEqual(places(await bench.add('a', 'b', 'a')), [
        [0, false],
        [1, false],
        [0, true],
      ]);
    });

    it('finds them within a batch', async () => {
      const { add, faults } = bench;
      const held = faults.hold(JOURNAL_CREATE);
      const first = add('a');
      await held.arrived;
      const gathered = [add('b'), add('b', 'c')];
      held.release();
      await first;
      assert.deepEqual(places((await Promise.all(gathered)).flat()), [
        [1, false],
        [1, true],
        [2, false],
      ]);
    });

    it('finds them in the batch that is being stored', async () => {
      const { add, faults } = bench;
      const held = faults.hold(JOURNAL_CREATE);
      const calls = [add('a')];
      await held.arrived;
      calls.push(add('a'));
      held.release();
      assert.deepEqual(places((await Promise.all(calls)).flat()), [
        [0, false],
        [0, true],
      ]);
      assert.equal(bench.ledger.nextIndex, 1);
    });

    it('finds them across batches, with the time that they got first', async () => {
      const { add, deps } = bench;
      const [first] = await add('a');
      await deps.clock.advance(1_000);
      assert.deepEqual(await add('a'), [{ ...first, duplicate: true }]);
    });

    it('finds them while the index has not taken them yet', async () => {
      const index = createSlowIndex();
      const { add } = await openCommitterBench({ index });
      await add('a');
      assert.deepEqual(places(await add('a')), [[0, true]]);
      index.goOn();
      await settle();
      assert.deepEqual(places(await add('a')), [[0, true]]);
    });

    for (const { desc, index } of [
      { desc: 'across a restart', index: (before: TestDeps) => before.index },
      { desc: 'across a restart, when the index was deleted', index: () => createMemoryIndex() },
    ]) {
      it(`finds them ${desc}`, async () => {
        const first = await bench.add('a', 'b');
        const { add } = await openCommitterBench({ store: bench.deps.store, index: index(bench.deps) });
        assert.deepEqual(
          await add('b', 'c', 'a'),
          [first[1], added(2, bench.deps.clock.now()), first[0]].map((one, i) => ({ ...one, duplicate: i !== 1 })),
        );
      });
    }
  });
});

function added(index: number, timestamp: number): object {
  return { index, timestamp, duplicate: false };
}
