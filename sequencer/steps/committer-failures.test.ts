import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import { JOURNAL_CREATE, JOURNAL_READ, openCommitterBench, type CommitterBench } from '../../test/committer-bench.js';
import { isRefusal } from '../../test/refusals.js';
import type { AddedEntry } from '../core/batch-plan.js';
import { SequencerError } from '../core/sequencer-error.js';
import { createMemoryIndex } from '../index/memory-index.js';

describe('createCommitter()', () => {
  let bench: CommitterBench;
  beforeEach(async () => {
    bench = await openCommitterBench();
  });

  describe('when the store fails', () => {
    it('answers that nothing was stored where that is sure, all or none, and goes on', async () => {
      const { add, faults, ledger, events, deps } = bench;
      faults.order(JOURNAL_CREATE, 'refused');
      await assert.rejects(add('a', 'b'), isRefusal('unavailable'));
      assert.equal(ledger.nextIndex, 0);
      assert.deepEqual(events.failures, []);
      assert.deepEqual(deps.metrics.told.failed, ['commit']);
      assert.deepEqual(indices(await add('b')), [0]);
    });

    it('fails every call of the batch, and none of the next', async () => {
      const { add, faults } = bench;
      const held = faults.hold(JOURNAL_CREATE);
      const first = add('a');
      await held.arrived;
      faults.order(JOURNAL_CREATE, 'refused');
      const gathered = [add('b'), add('c')];
      held.release();
      await first;
      for (const call of gathered) await assert.rejects(call, isRefusal('unavailable'));
      assert.deepEqual(indices(await add('c')), [1]);
    });

    it('settles a lost answer by reading back', async () => {
      const { add, faults, deps, ledger } = bench;
      faults.order(JOURNAL_CREATE, 'lost');
      const answer = add('a', 'b');
      await deps.clock.advance(1_000);
      assert.deepEqual(indices(await answer), [0, 1]);
      assert.equal(ledger.tail.length, 1);
      assert.deepEqual(indices(await add('c')), [2]);
    });

    it('repeats a create that failed without saying whether it had an effect', async () => {
      const { add, faults, deps, events } = bench;
      faults.order(JOURNAL_CREATE, 'unsure', 3);
      const answer = add('a');
      await deps.clock.advance(1_000);
      assert.deepEqual(indices(await answer), [0]);
      assert.deepEqual(events.failures, []);
    });

    it('repeats it also if the reading back fails', async () => {
      const { add, faults, deps } = bench;
      faults.order(JOURNAL_CREATE, 'lost');
      faults.order(JOURNAL_READ, 'refused');
      const answer = add('a');
      await deps.clock.advance(1_000);
      assert.deepEqual(indices(await answer), [0]);
    });

    for (const { desc, fate, stored } of [
      { desc: 'and the batch was stored', fate: 'lost', stored: true },
      { desc: 'and the batch was not stored', fate: 'unsure', stored: false },
    ] as const) {
      it(`says that the outcome is not known if it stays so, ${desc}, takes nothing more, and recovery finds it out`, async () => {
        const { add, faults, deps, events, committer } = bench;
        faults.order(JOURNAL_CREATE, fate, 10);
        faults.order(JOURNAL_READ, 'refused', 10);
        const answer = assert.rejects(add('a', 'b'), isRefusal('outcome-unknown'));
        const queued = assert.rejects(add('c'), isRefusal('unavailable'));
        await deps.clock.advance(10_000);
        await Promise.all([answer, queued]);
        assert.equal(events.failures.length, 1);
        await assert.rejects(add('d'), isRefusal('unavailable'));
        await committer.close();
        faults.clear();
        const after = await openCommitterBench({ store: deps.store, index: deps.index, clock: deps.clock });
        assert.equal(after.ledger.nextIndex, stored ? 2 : 0);
        const again = await after.add('a', 'b');
        assert.deepEqual(
          again.map(({ index, duplicate }) => [index, duplicate]),
          [
            [0, stored],
            [1, stored],
          ],
        );
      });
    }

    it('does not take a later refusal for a proof that nothing was stored', async () => {
      const { add, faults, deps } = bench;
      faults.order(JOURNAL_CREATE, 'lost');
      faults.order(JOURNAL_CREATE, 'refused', 10);
      const answer = assert.rejects(add('a'), isRefusal('outcome-unknown'));
      await deps.clock.advance(10_000);
      await answer;
    });

    it('stops where another writer has stored a batch under the name', async () => {
      const { add, deps, events, ledger } = bench;
      const name = 'journal/0000000001/0000000000000';
      await deps.store.private.create(name, new Uint8Array([1, 2, 3]));
      await assert.rejects(add('a'), isRefusal('data-loss', name));
      assert.equal(ledger.nextIndex, 0);
      assert.equal(events.failures.length, 1);
    });
  });

  describe('when the index fails', () => {
    it('answers what it cannot look up with an error, and takes nothing more', async () => {
      const index = createMemoryIndex();
      const blind = {
        ...index,
        find: () => {
          throw new Error('the disk is gone');
        },
      };
      const { add, events } = await openCommitterBench({ index: blind });
      await assert.rejects(add('a'), SequencerError);
      assert.match(String(events.failures[0]), /the disk is gone/);
      await assert.rejects(add('b'), isRefusal('unavailable'));
    });

    it('keeps what it has answered, and takes nothing more', async () => {
      const index = createMemoryIndex();
      const full = { ...index, append: async () => Promise.reject(new Error('the disk is full')) };
      const { add, events } = await openCommitterBench({ index: full });
      assert.deepEqual(indices(await add('a')), [0]);
      await settle();
      assert.match(String(events.failures[0]), /the disk is full/);
      await assert.rejects(add('b'), isRefusal('unavailable'));
    });
  });
});

function indices(answers: readonly AddedEntry[]): number[] {
  return answers.map(({ index }) => index);
}
