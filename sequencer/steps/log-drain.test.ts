import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import { openLogBench, startLogBench } from '../../test/log-bench.js';
import { createTestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { damage, storeLog } from '../../test/stored-log.js';
import { openLedger } from './open-ledger.js';

const NOBODY = new AbortController().signal;

describe('Log.drain()', () => {
  it('publishes what was accepted, answers those who wait for it, and ends every watch', async () => {
    const { add, log, modes, deps } = await openLogBench();
    const watch = log.watchCheckpoints(NOBODY)[Symbol.asyncIterator]();
    await watch.next();
    const waiting = add(['a', 'b'], 'published');
    await add(['c']);
    await log.drain();
    assert.equal((await waiting).checkpoint?.size, 3);
    assert.equal((await watch.next()).done, false);
    await assert.rejects(watch.next(), isRefusal('unavailable'));
    assert.deepEqual(modes, ['serving', 'draining']);
    assert.equal(log.state().published?.size, 3);
    assert.equal(deps.clock.pendingTimers(), 0);
  });

  it('answers what was taken before it, and refuses what comes after', async () => {
    const { add, integrate, faults, log } = await openLogBench();
    const held = faults.hold({ operation: 'create', name: /^journal\// });
    const calls = [add(['a'])];
    await held.arrived;
    calls.push(add(['b']));
    const drained = log.drain();
    await assert.rejects(add(['c']), isRefusal('unavailable'));
    await assert.rejects(integrate(), isRefusal('unavailable'));
    held.release();
    await drained;
    assert.deepEqual(
      (await Promise.all(calls)).map(({ added }) => added[0]?.index),
      [0, 1],
    );
    assert.equal(log.state().published?.size, 2);
  });

  it('ends also when it cannot publish, says so to those who wait, and loses nothing', async () => {
    const { add, faults, log, deps } = await openLogBench();
    faults.order({ operation: 'swap', name: /^tree$/ }, 'refused', 100);
    const waiting = assert.rejects(add(['a'], 'published'), isRefusal('deadline'));
    await settle();
    await log.drain();
    await waiting;
    assert.equal(deps.clock.pendingTimers(), 0);
    faults.clear();
    const { log: next } = await openLogBench({ store: deps.store, clock: deps.clock });
    assert.equal(next.state().published?.size, 1);
  });

  it('writes nothing any more when it is done', async () => {
    const { add, faults, log, deps } = await openLogBench();
    await add(['a']);
    await log.drain();
    const count = faults.calls.length;
    await deps.clock.advance(60_000);
    assert.equal(faults.calls.length, count);
  });

  it('ends a log that is still starting, however far it has come', async () => {
    for (let at = 0; at < 40; at++) {
      const { store, deps } = await storeLog({ layout: 'static-ct', integrated: 3, journal: [1] });
      const { log, modes, faults } = startLogBench({ store, clock: deps.clock }, (script) => {
        script.order({}, 'done', at);
      });
      const held = faults.hold({});
      await settle();
      const drained = log.drain();
      held.release();
      await drained;
      await deps.clock.advance(60_000);
      assert.equal(log.state().mode, 'draining');
      assert.equal(deps.clock.pendingTimers(), 0);
      assert.ok(modes.length <= 2, modes.join());
    }
  });

  it('ends a log that waits to be started again', async () => {
    const { log, deps } = startLogBench({}, (faults) => {
      faults.order({}, 'refused', 1_000);
    });
    await deps.clock.advance(1_000);
    await log.drain();
    assert.equal(log.state().mode, 'draining');
    assert.equal(deps.clock.pendingTimers(), 0);
  });

  it('leaves a log stopped that has stopped, with the reason', async () => {
    const { store, deps } = await storeLog({ layout: 'static-ct', integrated: 3 });
    await damage(store.private, 'tree', 'flipped');
    const { log, add } = await openLogBench({ store, clock: deps.clock });
    await log.drain();
    assert.equal(log.state().mode, 'stopped');
    await assert.rejects(add(['a']), isRefusal('data-loss', 'tree'));
    await assert.rejects(log.watchCheckpoints(NOBODY)[Symbol.asyncIterator]().next(), isRefusal('data-loss', 'tree'));
  });

  it('leaves a store from which everything can be read at once', async () => {
    const { add, log, deps } = await openLogBench();
    await add(['a', 'b']);
    await log.drain();
    const ledger = await openLedger(createTestDeps({ store: deps.store, clock: deps.clock }), NOBODY);
    assert.deepEqual([ledger.tree.size, ledger.tail.length, ledger.published.size], [2, 0, 2]);
  });
});
