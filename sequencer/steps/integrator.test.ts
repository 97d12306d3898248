import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import {
  CHECKPOINT_SWAP,
  DELAY_MS,
  openIntegratorBench,
  TILE_CREATE,
  TREE_SWAP,
  type IntegratorBench,
} from '../../test/integrator-bench.js';
import { isRefusal } from '../../test/refusals.js';

describe('createIntegrator()', () => {
  let bench: IntegratorBench;
  beforeEach(async () => {
    bench = await openIntegratorBench();
  });
  const swaps = (name: string): number =>
    bench.faults.calls.filter((call) => call.operation === 'swap' && call.name === name).length;

  describe('on schedule', () => {
    it('publishes after the delay, and not before', async () => {
      const { add, checkpoint, deps } = bench;
      await add('a', 'b');
      await deps.clock.advance(DELAY_MS - 1);
      assert.equal((await checkpoint()).size, 0);
      await deps.clock.advance(1);
      assert.equal((await checkpoint()).size, 2);
      assert.deepEqual(bench.events.integrated, [2]);
      assert.equal(bench.events.published.length, 1);
    });

    it('counts the delay from the first entry that is not integrated, and takes all', async () => {
      const { add, checkpoint, deps } = bench;
      await add('a');
      await deps.clock.advance(DELAY_MS - 1);
      await add('b');
      await deps.clock.advance(1);
      assert.equal((await checkpoint()).size, 2);
      assert.equal(deps.clock.pendingTimers(), 0);
    });

    it('runs again for entries that came during a run', async () => {
      const { add, checkpoint, deps, faults } = bench;
      await add('a');
      const held = faults.hold(TREE_SWAP);
      await deps.clock.advance(DELAY_MS);
      await held.arrived;
      await add('b');
      held.release();
      await settle();
      assert.equal((await checkpoint()).size, 1);
      await deps.clock.advance(DELAY_MS);
      assert.equal((await checkpoint()).size, 2);
    });

    it('does nothing when there is nothing to do', async () => {
      const { deps, faults } = bench;
      const before = faults.calls.length;
      await deps.clock.advance(60_000);
      assert.equal(faults.calls.length, before);
    });
  });

  describe('integrate()', () => {
    it('integrates at once what is durable, and says what it published', async () => {
      const { add, integrate, checkpoint, ledger } = bench;
      await add('a');
      const outcome = await integrate();
      assert.equal(outcome.written, true);
      assert.equal(outcome.checkpoint.size, 1);
      const { size, root, timestamp, note } = await checkpoint();
      assert.deepEqual(outcome.checkpoint, { size, root, timestamp, note });
      assert.deepEqual(
        [ledger.tree.size, ledger.published.size, ledger.tail.length, ledger.tailSizeBytes],
        [1, 1, 0, 0],
      );
    });

    it('changes nothing of the checkpoint if the tree has not grown', async () => {
      const { add, integrate, checkpoint, deps } = bench;
      await add('a');
      const first = await integrate();
      const before = await checkpoint();
      await deps.clock.advance(10_000);
      const outcome = await integrate();
      assert.deepEqual(outcome, { checkpoint: first.checkpoint, written: false });
      assert.deepEqual(await checkpoint(), before);
      assert.equal(swaps('checkpoint'), 2, 'that of the new log, and the first');
    });

    it('publishes exactly one more, with a later timestamp, when it is to do so always', async () => {
      const { integrate, checkpoint, deps } = bench;
      const before = await checkpoint();
      await deps.clock.advance(10_000);
      const { written } = await integrate(true);
      const after = await checkpoint();
      assert.equal(written, true);
      assert.deepEqual([after.size, after.root], [before.size, before.root]);
      assert.equal(after.timestamp, deps.clock.now());
      assert.equal(swaps('checkpoint'), 2);
    });

    for (const { desc, jumpMs } of [
      { desc: 'stands still', jumpMs: 0 },
      { desc: 'was set back', jumpMs: -5_000 },
    ]) {
      it(`gives each checkpoint a later timestamp also if the clock ${desc}`, async () => {
        const { integrate, checkpoint, deps } = bench;
        deps.clock.jump(jumpMs);
        const timestamps = [];
        for (let i = 0; i < 3; i++) {
          timestamps.push((await checkpoint()).timestamp ?? 0);
          await integrate(true);
        }
        const [first = 0] = timestamps;
        assert.deepEqual(timestamps, [first, first + 1, first + 2]);
      });
    }

    it('never dates a checkpoint before an entry that it covers', async () => {
      const { add, integrate, checkpoint, deps } = bench;
      await deps.clock.advance(1_000);
      await add('a');
      const added = deps.clock.now();
      deps.clock.jump(-500);
      await integrate();
      assert.equal((await checkpoint()).timestamp, added);
    });

    it('makes the scheduled run find nothing to do', async () => {
      const { add, integrate, deps } = bench;
      await add('a');
      await integrate();
      await deps.clock.advance(DELAY_MS);
      assert.equal(swaps('checkpoint'), 2);
    });
  });

  describe('calls at the same time', () => {
    it('join one run, and are told the same', async () => {
      const { add, integrate } = bench;
      await add('a');
      const outcomes = await Promise.all([integrate(), integrate(true), integrate(), integrate(true)]);
      for (const outcome of outcomes) assert.equal(outcome, outcomes[0]);
      assert.equal(swaps('checkpoint'), 2);
    });

    it('join a run that has not signed yet and covers all that is durable', async () => {
      const { add, integrate, faults, events } = bench;
      await add('a');
      const held = faults.hold(TILE_CREATE);
      const first = integrate();
      await held.arrived;
      const second = integrate(true);
      held.release();
      assert.equal(await first, await second);
      assert.equal(events.published.length, 1);
    });

    it('make a run write a checkpoint that would not have, if they come in time', async () => {
      const { add, integrate, deps } = bench;
      await add('a');
      await integrate();
      await deps.clock.advance(1_000);
      const quiet = integrate();
      const always = integrate(true);
      assert.equal((await quiet).written, true);
      assert.equal(await quiet, await always);
      assert.equal(swaps('checkpoint'), 3, 'that of the new log, the first, and one for both');
    });

    it('do not join a run that does not cover what has become durable since it began', async () => {
      const { add, integrate, faults } = bench;
      await add('a');
      const held = faults.hold(TILE_CREATE);
      const first = integrate();
      await held.arrived;
      await add('b');
      const second = integrate();
      held.release();
      assert.equal((await first).checkpoint.size, 1);
      assert.equal((await second).checkpoint.size, 2);
    });

    it('do not join a run that has signed: its checkpoint is of before the call', async () => {
      const { add, integrate, faults, events } = bench;
      await add('a');
      const held = faults.hold(CHECKPOINT_SWAP);
      const first = integrate();
      await held.arrived;
      const later = [integrate(true), integrate(true), integrate()];
      held.release();
      const { checkpoint } = await first;
      const [second, third, fourth] = await Promise.all(later);
      assert.ok(second !== undefined && second.checkpoint.timestamp > checkpoint.timestamp);
      assert.equal(third, second);
      assert.equal(fourth, second);
      assert.equal(events.published.length, 2);
    });
  });

  describe('the journal', () => {
    const journal = async (): Promise<string[]> => {
      const names: string[] = [];
      for await (const name of bench.deps.store.private.list('journal/')) names.push(name.slice(-3));
      return names;
    };

    it('loses what is integrated, and nothing else', async () => {
      const { add, integrate, faults } = bench;
      await add('a', 'b');
      await add('c');
      const held = faults.hold(TREE_SWAP);
      const run = integrate();
      await held.arrived;
      await add('d');
      held.release();
      await run;
      await settle();
      assert.deepEqual(await journal(), ['003']);
    });

    it('keeps everything until the tree has moved', async () => {
      const { add, integrate, faults } = bench;
      await add('a');
      faults.order(TREE_SWAP, 'refused');
      await assert.rejects(integrate(), isRefusal('unavailable'));
      await settle();
      assert.deepEqual(await journal(), ['000']);
    });

    it('loses later what could not be removed at once', async () => {
      const { add, integrate, faults, events } = bench;
      await add('a');
      faults.order({ operation: 'remove' }, 'refused');
      await integrate();
      await settle();
      assert.deepEqual(await journal(), ['000']);
      await add('b');
      await integrate();
      await settle();
      assert.deepEqual(await journal(), []);
      assert.deepEqual(events.failures, []);
    });

    it('does not hold up a run while it is being tidied', async () => {
      const { add, integrate, faults } = bench;
      await add('a');
      const held = faults.hold({ operation: 'remove' });
      await integrate();
      await held.arrived;
      await add('b');
      assert.equal((await integrate()).checkpoint.size, 2);
      held.release();
      await settle();
      assert.deepEqual(await journal(), []);
    });
  });

  describe('close()', () => {
    it('starts nothing more', async () => {
      const { add, integrate, integrator, deps } = bench;
      await add('a');
      await integrator.close();
      await assert.rejects(integrate(), isRefusal('unavailable'));
      await deps.clock.advance(10_000);
      assert.equal(swaps('tree'), 1);
    });

    it('waits for the run, and for the one that waits behind it', async () => {
      const { integrate, integrator, faults } = bench;
      const firstSwap = faults.hold(CHECKPOINT_SWAP);
      const runs = [integrate(true)];
      await firstSwap.arrived;
      runs.push(integrate(true));
      const secondSwap = faults.hold(CHECKPOINT_SWAP);
      let closed = false;
      const closing = integrator.close().then(() => (closed = true));
      for (const held of [firstSwap, secondSwap]) {
        await settle();
        assert.equal(closed, false);
        held.release();
      }
      await Promise.all([...runs, closing]);
    });

    it('waits for the tidying', async () => {
      const { add, integrate, integrator, faults } = bench;
      await add('a');
      const removal = faults.hold({ operation: 'remove' });
      await integrate();
      let closed = false;
      const closing = integrator.close().then(() => (closed = true));
      await settle();
      assert.equal(closed, false);
      removal.release();
      await closing;
    });
  });
});
