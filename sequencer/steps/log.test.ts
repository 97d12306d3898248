import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import { INTEGRATION_DELAY_MS, openLogBench, startLogBench, type LogBench } from '../../test/log-bench.js';
import { createTestDeps, testEntry } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { damage, storeLog } from '../../test/stored-log.js';
import { utf8 } from '../../tlog/bytes.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import { establishIdentity } from './establish-identity.js';

const NOBODY = new AbortController().signal;

describe('createLog()', () => {
  describe('starting', () => {
    it('recovers by itself, and then serves', async () => {
      const { log, modes } = startLogBench();
      assert.equal(log.state().mode, 'starting');
      await settle();
      assert.deepEqual(modes, ['serving']);
      assert.equal(log.state().mode, 'serving');
    });

    it('publishes what was durable before it serves', async () => {
      const { store, deps } = await storeLog({ layout: 'static-ct', integrated: 5, journal: [1, 2] });
      const { log, modes } = await openLogBench({ store, clock: deps.clock });
      assert.deepEqual(modes, ['serving']);
      assert.equal(log.state().published?.size, 8);
    });

    it('refuses every call as long as it starts', async () => {
      const { log, add, integrate } = startLogBench();
      await assert.rejects(add(['a']), isRefusal('unavailable'));
      await assert.rejects(integrate(true), isRefusal('unavailable'));
      await assert.rejects(log.putAttachment(utf8('x'), NOBODY), isRefusal('unavailable'));
    });

    it('lets those wait who watch, and shows them the first checkpoint', async () => {
      const { log } = startLogBench();
      const first = await log.watchCheckpoints(NOBODY)[Symbol.asyncIterator]().next();
      assert.equal((first.value as SignedCheckpoint).size, 0);
    });

    it('tries again when the store fails, at pauses that grow up to five seconds', async () => {
      const { deps, faults, modes } = startLogBench({}, (script) => {
        script.order({ operation: 'read', name: /^log$/ }, 'refused', 8);
      });
      const attempts = (): number => faults.calls.filter(({ name }) => name === 'log').length;
      const begins: number[] = [];
      await settle();
      while (modes.length === 0) {
        if (attempts() > begins.length) begins.push(deps.clock.monotonicMs());
        await deps.clock.advance(100);
      }
      begins.push(deps.clock.monotonicMs());
      const pauses = begins.slice(1).map((at, i) => at - (begins[i] ?? 0));
      assert.deepEqual(pauses, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
      assert.deepEqual(modes, ['serving']);
      assert.equal(deps.metrics.told.failed.filter((what) => what === 'recovery').length, 8);
    });

    it('neither serves nor writes anything on the store of another log', async () => {
      const other = createTestDeps({ origin: 'log.example/other' });
      await establishIdentity(other);
      const { deps, faults, log } = startLogBench({ store: other.store });
      await deps.clock.advance(60_000);
      assert.equal(log.state().mode, 'starting');
      assert.ok(faults.calls.every(({ operation }) => operation === 'read'));
    });

    for (const fate of ['refused', 'unsure', 'lost'] as const) {
      for (const name of [/^tile\//, /^tree$/, /^checkpoint$/]) {
        it(`tries again when its first integration fails: the write of ${name.source} (${fate})`, async () => {
          const { store, deps } = await storeLog({ layout: 'static-ct', integrated: 5, journal: [1] });
          const { log, modes } = startLogBench({ store, clock: deps.clock }, (faults) => {
            for (const operation of ['create', 'swap'] as const) faults.order({ operation, name }, fate);
          });
          await deps.clock.advance(1_000);
          assert.deepEqual(modes, ['serving']);
          assert.equal(log.state().published?.size, 6);
        });
      }
    }

    it('stops on what its first integration contradicts', async () => {
      const { store, deps } = await storeLog({ layout: 'static-ct', integrated: 5, journal: [1] });
      await store.public.create('tile/0/000.p/6', utf8('something else'));
      const { log, modes } = await openLogBench({ store, clock: deps.clock });
      assert.deepEqual(modes, ['stopped']);
      assert.match(log.state().stopReason, /^tile\/0\/000\.p\/6: it is there with other bytes/);
    });

    it('stops on damage, says what it is, tells everybody, and touches nothing any more', async () => {
      const { store, deps } = await storeLog({ layout: 'static-ct', integrated: 5 });
      await damage(store.public, 'tile/0/000.p/5', 'flipped');
      const { log, modes, add, integrate, faults } = startLogBench({ store, clock: deps.clock });
      const watching = log.watchCheckpoints(NOBODY)[Symbol.asyncIterator]().next();
      await assert.rejects(watching, isRefusal('data-loss', 'tile/0/000.p/5'));
      assert.deepEqual(modes, ['stopped']);
      const { mode, stopReason } = log.state();
      assert.equal(mode, 'stopped');
      assert.match(stopReason, /^tile\/0\/000\.p\/5: together they make the root/);
      await assert.rejects(add(['a']), isRefusal('data-loss', 'tile/0/000.p/5'));
      await assert.rejects(integrate(true), isRefusal('data-loss', 'tile/0/000.p/5'));
      await assert.rejects(log.putAttachment(utf8('x'), NOBODY), isRefusal('data-loss', 'tile/0/000.p/5'));
      await deps.clock.advance(60_000);
      assert.ok(faults.calls.every(({ operation }) => operation === 'read' || operation === 'list'));
    });
  });

  describe('add()', () => {
    let bench: LogBench;
    beforeEach(async () => {
      bench = await openLogBench();
    });

    it('answers as soon as the entries are durable', async () => {
      const { added, ...rest } = await bench.add(['a', 'b']);
      assert.deepEqual(
        added.map(({ index }) => index),
        [0, 1],
      );
      assert.deepEqual(rest, { stage: 'durable' });
    });

    for (const stage of ['integrated', 'published'] as const) {
      it(`waits until they are ${stage}`, async () => {
        const { add, faults, deps } = bench;
        const held = faults.hold({ operation: 'swap', name: stage === 'integrated' ? /^tree$/ : /^checkpoint$/ });
        let answered = false;
        const answer = add(['a'], stage).finally(() => (answered = true));
        await deps.clock.advance(INTEGRATION_DELAY_MS);
        await held.arrived;
        await settle();
        assert.equal(answered, false);
        held.release();
        const result = await answer;
        assert.ok(['integrated', 'published'].includes(result.stage));
      });
    }

    it('comes with a checkpoint that covers the entries when they are published', async () => {
      const { add, deps, log } = bench;
      const answer = add(['a', 'b', 'c'], 'published');
      await deps.clock.advance(INTEGRATION_DELAY_MS);
      const { stage, checkpoint } = await answer;
      assert.equal(stage, 'published');
      assert.equal(checkpoint?.size, 3);
      assert.deepEqual(checkpoint, log.state().published);
    });

    it('says of duplicates how far they have come, and waits for those that are under way', async () => {
      const { add, deps } = bench;
      await add(['a']);
      const again = add(['a'], 'published');
      await deps.clock.advance(INTEGRATION_DELAY_MS);
      assert.equal((await again).stage, 'published');
      const { added, stage, checkpoint } = await add(['a']);
      assert.deepEqual([added[0]?.duplicate, stage, checkpoint?.size], [true, 'published', 1]);
    });

    it('lets a caller leave that does not wait any more; the entries stay', async () => {
      const { log, deps } = bench;
      const caller = new AbortController();
      const gone = log.add([testEntry('static-ct', 'a')], 'published', caller.signal);
      await settle();
      caller.abort(new Error('I must go'));
      await assert.rejects(gone, /I must go/);
      await deps.clock.advance(INTEGRATION_DELAY_MS);
      assert.equal(log.state().published?.size, 1);
    });

    it('answers everybody in one publication', async () => {
      const { add, deps } = bench;
      const answers = Promise.all(Array.from({ length: 50 }, async (_, i) => add([`entry ${i}`], 'published')));
      await deps.clock.advance(INTEGRATION_DELAY_MS);
      assert.equal(new Set((await answers).map(({ checkpoint }) => checkpoint?.note)).size, 1);
    });
  });

  it('stores attachments, and shows checkpoints to those who watch', async () => {
    const { log, deps, integrate } = await openLogBench();
    const name = await log.putAttachment(utf8('a certificate'), NOBODY);
    assert.ok((await deps.store.public.read(name)) !== undefined);
    const watch = log.watchCheckpoints(NOBODY)[Symbol.asyncIterator]();
    const first = (await watch.next()).value as SignedCheckpoint;
    await integrate(true);
    const second = (await watch.next()).value as SignedCheckpoint;
    assert.ok(second.timestamp > first.timestamp);
  });
});
