import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import { INTEGRATION_DELAY_MS, openLogBench, type LogBench } from '../../test/log-bench.js';
import { isRefusal } from '../../test/refusals.js';
import { createSlowIndex } from '../../test/slow-index.js';
import { utf8 } from '../../tlog/bytes.js';
import { createMemoryIndex } from '../index/memory-index.js';

const NOBODY = new AbortController().signal;

/** Longer than any sequence of repetitions and pauses after a single failure. */
const LATER_MS = 10_000;

describe('createLog()', () => {
  let bench: LogBench;
  beforeEach(async () => {
    bench = await openLogBench();
  });

  describe('when the outcome of a write is not known', () => {
    for (const { desc, stored, fate } of [
      { desc: 'a batch that was stored', stored: true, fate: 'lost' },
      { desc: 'a batch that was not stored', stored: false, fate: 'unsure' },
    ] as const) {
      it(`recovers, and then knows: ${desc}`, async () => {
        const { add, faults, deps, modes, log } = bench;
        faults.order({ operation: 'create', name: /^journal\// }, fate, 4);
        faults.order({ operation: 'read', name: /^journal\// }, 'refused', 3);
        const answer = assert.rejects(add(['a', 'b']), isRefusal('outcome-unknown'));
        await deps.clock.advance(LATER_MS);
        await answer;
        assert.deepEqual(modes, ['serving', 'starting', 'serving']);
        assert.equal(log.state().published?.size, stored ? 2 : 0);
        assert.deepEqual(
          (await add(['b', 'a'])).added.map(({ index, duplicate }) => [index, duplicate]),
          stored
            ? [
                [1, true],
                [0, true],
              ]
            : [
                [0, false],
                [1, false],
              ],
        );
      });
    }

    for (const name of [/^tree$/, /^checkpoint$/]) {
      for (const fate of ['lost', 'unsure'] as const) {
        it(`recovers, and those who wait are answered: a swap of ${name.source} (${fate})`, async () => {
          const { add, faults, deps, modes } = bench;
          faults.order({ operation: 'swap', name }, fate);
          const answer = add(['a'], 'published');
          await deps.clock.advance(LATER_MS);
          const { checkpoint } = await answer;
          assert.equal(checkpoint?.size, 1);
          assert.deepEqual(modes, ['serving', 'starting', 'serving']);
          assert.deepEqual((await deps.store.public.read('checkpoint'))?.bytes, checkpoint.note);
        });
      }
    }

    it('shows watchers no checkpoint twice', async () => {
      const { add, integrate, faults, deps, log } = bench;
      const seen: number[] = [];
      const end = new AbortController();
      const watching = (async () => {
        for await (const { timestamp } of log.watchCheckpoints(end.signal)) seen.push(timestamp);
      })();
      await integrate(true);
      faults.order({ operation: 'create', name: /^journal\// }, 'unsure', 4);
      const answer = assert.rejects(add(['a']), isRefusal('outcome-unknown'));
      await deps.clock.advance(LATER_MS);
      await answer;
      await integrate(true);
      await settle();
      end.abort();
      await watching;
      assert.equal(seen.length, 3);
      assert.deepEqual(seen, [...new Set(seen)]);
    });
  });

  it('recovers when the index fails, and counts on it again', async () => {
    const index = createMemoryIndex();
    let failures = 1;
    const flaky = {
      ...index,
      append: async (placed: Parameters<typeof index.append>[0]) => {
        if (failures-- > 0) throw new Error('the disk is full');
        await index.append(placed);
      },
    };
    const { add, deps, modes } = await openLogBench({ index: flaky });
    await add(['a']);
    await deps.clock.advance(LATER_MS);
    assert.deepEqual(modes, ['serving', 'starting', 'serving']);
    assert.equal((await add(['a'])).added[0]?.duplicate, true);
  });

  it('takes no entry twice while the index is slow and the log recovers', async () => {
    const index = createSlowIndex();
    const { add, faults, deps } = await openLogBench({ index });
    await add(['a']);
    faults.order({ operation: 'swap', name: /^tree$/ }, 'unsure');
    await deps.clock.advance(LATER_MS);
    await assert.rejects(add(['a']), isRefusal('unavailable'));
    for (let i = 0; i < 10; i++) {
      index.goOn();
      await deps.clock.advance(LATER_MS);
    }
    assert.equal((await add(['a'])).added[0]?.duplicate, true);
  });

  describe('when it finds damage while it serves', () => {
    it('stops, and tells everybody who waits and everybody who comes', async () => {
      const { add, integrate, deps, log, modes } = bench;
      await deps.store.public.create('tile/0/000.p/1', utf8('something else'));
      const object = 'tile/0/000.p/1';
      const watch = log.watchCheckpoints(NOBODY)[Symbol.asyncIterator]();
      await watch.next();
      const waiting = [add(['a'], 'published'), add(['a'], 'integrated'), watch.next()].map(async (call) =>
        assert.rejects(call, isRefusal('data-loss', object)),
      );
      await deps.clock.advance(INTEGRATION_DELAY_MS);
      await Promise.all(waiting);
      assert.deepEqual(
        modes.filter((mode) => mode !== 'starting'),
        ['serving', 'stopped'],
      );
      await assert.rejects(add(['b']), isRefusal('data-loss', object));
      await assert.rejects(integrate(), isRefusal('data-loss', object));
      assert.match(log.state().stopReason, /tile\/0\/000\.p\/1/);
    });

    it('tells it also to the caller whose call found it', async () => {
      const { add, integrate, deps } = bench;
      await deps.store.public.create('tile/0/000.p/1', utf8('something else'));
      await add(['a']);
      await assert.rejects(integrate(), isRefusal('data-loss', 'tile/0/000.p/1'));
    });

    it('stops when another writer has written to the journal', async () => {
      const { add, deps, log } = bench;
      await deps.store.private.create('journal/0000000001/0000000000000', utf8('something else'));
      await assert.rejects(add(['a']), isRefusal('data-loss', 'journal/0000000001/0000000000000'));
      await settle();
      assert.equal(log.state().mode, 'stopped');
    });
  });
});
