import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import { JOURNAL_CREATE, openCommitterBench, type CommitterBench } from '../../test/committer-bench.js';
import { testEntries, testEntry, type TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { createSlowIndex } from '../../test/slow-index.js';
import type { AddedEntry } from '../core/batch-plan.js';
import { decodeJournalBatch, encodeJournalBatch } from '../core/journal-batch.js';
import { OUTSTANDING_ENTRIES_MAX } from '../core/limits.js';
import { createCommitter } from './committer.js';
import type { Ledger } from './ledger.js';
import { openLedger } from './open-ledger.js';

describe('createCommitter()', () => {
  let bench: CommitterBench;
  beforeEach(async () => {
    bench = await openCommitterBench();
  });

  describe('giving places', () => {
    it('counts on from 0, in the order of the entries, and stamps each batch with the time', async () => {
      const { add, deps } = bench;
      const now = deps.clock.now();
      assert.deepEqual(await add('a', 'b'), [added(0, now), added(1, now)]);
      await deps.clock.advance(5);
      assert.deepEqual(await add('c'), [added(2, now + 5)]);
    });

    it('never gives an earlier time than before, whatever the clock does', async () => {
      const { add, deps } = bench;
      const now = deps.clock.now();
      await add('a');
      deps.clock.jump(-1_000);
      assert.deepEqual(await add('b'), [added(1, now)]);
      deps.clock.jump(2_000);
      assert.deepEqual(await add('c'), [added(2, now + 1_000)]);
    });

    it('stores what it answers before it answers, as one object of the journal', async () => {
      const { add, deps, faults } = bench;
      const held = faults.hold(JOURNAL_CREATE);
      let answered = false;
      const answer = add('a', 'b').finally(() => (answered = true));
      assert.equal((await held.arrived).name, 'journal/0000000001/0000000000000');
      await settle();
      assert.equal(answered, false);
      held.release();
      await answer;
      const batch = await storedBatch(deps, 'journal/0000000001/0000000000000');
      assert.deepEqual(
        batch.entries.map(({ index }) => index),
        [0, 1],
      );
    });

    it('keeps the ledger equal to what is stored', async () => {
      const { add, ledger, deps } = bench;
      await add('a', 'b');
      await add('c');
      assert.equal(ledger.nextIndex, 3);
      assert.equal(ledger.lastTimestamp, deps.clock.now());
      assert.deepEqual(
        ledger.tail.map(({ entries }) => entries.length),
        [2, 1],
      );
      const reopened = await openLedger(deps, new AbortController().signal);
      for (const key of ['nextIndex', 'lastTimestamp', 'tailSizeBytes'] as const) {
        assert.equal(reopened[key], ledger[key], key);
      }
      const encoded = ({ tail }: Ledger): Uint8Array[] => tail.map((batch) => encodeJournalBatch(deps.hasher, batch));
      assert.deepEqual(encoded(reopened), encoded(ledger));
    });

    it('tells of each batch, and of nothing when all were duplicates', async () => {
      const { add, events, deps } = bench;
      await add('a');
      await add('a');
      assert.equal(events.durable, 1);
      assert.equal(deps.metrics.told.committed, 1);
      assert.equal(deps.metrics.told.duplicates, 1);
    });
  });

  describe('while a batch is being stored', () => {
    it('lets calls gather, and stores them together, in the order in which they came', async () => {
      const { add, faults, deps } = bench;
      const held = faults.hold(JOURNAL_CREATE);
      const first = add('a');
      await held.arrived;
      const gathered = [add('b', 'c'), add('d'), add('e', 'f')];
      await settle();
      held.release();
      await first;
      const answers = (await Promise.all(gathered)).flat();
      assert.deepEqual(
        answers.map(({ index }) => index),
        [1, 2, 3, 4, 5],
      );
      assert.equal(bench.ledger.tail.length, 2);
      assert.equal((await storedBatch(deps, 'journal/0000000001/0000000000001')).entries.length, 5);
    });

    it('lets a caller leave the queue, and stores nothing of it', async () => {
      const { add, faults, committer, ledger } = bench;
      const held = faults.hold(JOURNAL_CREATE);
      const first = add('a');
      await held.arrived;
      const caller = new AbortController();
      const gone = committer.add([testEntry('static-ct', 'gone')], caller.signal);
      const stays = add('b');
      caller.abort(new Error('I must go'));
      await assert.rejects(gone, /I must go/);
      held.release();
      await first;
      assert.deepEqual(indices(await stays), [1]);
      assert.equal(ledger.nextIndex, 2);
    });

    it('refuses what would be too much, and takes it when there is room again', async () => {
      const { add, committer, ledger } = bench;
      const huge = { ...ledger, nextIndex: OUTSTANDING_ENTRIES_MAX };
      const full = createCommitter(bench.deps, huge, { durable: () => undefined, failed: () => undefined });
      const call = testEntries('static-ct', 'one', 1);
      await assert.rejects(full.add(call, patient()), isRefusal('exhausted'));
      huge.nextIndex = ledger.nextIndex;
      assert.deepEqual(indices(await full.add(call, patient())), [0]);
      await Promise.all([full.close(), committer.close()]);
      await assert.rejects(add('late'), isRefusal('unavailable'));
    });

    it('is not stopped by a caller who had left before it came', async () => {
      const { add, committer } = bench;
      await assert.rejects(
        committer.add([testEntry('static-ct', 'gone')], AbortSignal.abort(new Error('gone'))),
        /gone/,
      );
      assert.deepEqual(indices(await add('a')), [0]);
    });
  });

  describe('close()', () => {
    it('refuses further calls, and answers those that were taken', async () => {
      const { add, faults, committer } = bench;
      const held = faults.hold(JOURNAL_CREATE);
      const calls = [add('a')];
      await held.arrived;
      calls.push(add('b'));
      const closing = committer.close();
      await assert.rejects(add('c'), isRefusal('unavailable'));
      held.release();
      await closing;
      assert.deepEqual(indices((await Promise.all(calls)).flat()), [0, 1]);
    });

    it('waits until the index knows all that is durable', async () => {
      const index = createSlowIndex();
      const { add, committer } = await openCommitterBench({ index });
      await add('a');
      let closed = false;
      const closing = committer.close().then(() => (closed = true));
      await settle();
      assert.equal(closed, false);
      index.goOn();
      await closing;
      assert.equal(index.size(), 1);
    });
  });
});

function patient(): AbortSignal {
  return new AbortController().signal;
}

function added(index: number, timestamp: number): object {
  return { index, timestamp, duplicate: false };
}

function indices(answers: readonly AddedEntry[]): number[] {
  return answers.map(({ index }) => index);
}

async function storedBatch(deps: TestDeps, name: string): Promise<ReturnType<typeof decodeJournalBatch>> {
  const stored = await deps.store.private.read(name);
  assert.ok(stored !== undefined, `${name} is there`);
  return decodeJournalBatch(deps.hasher, stored.bytes);
}
