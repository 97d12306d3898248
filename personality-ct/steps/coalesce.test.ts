import assert from 'node:assert/strict';
import { createManualClock, settle, type ManualClock } from '../../test/clock.js';
import { entryOf } from '../../test/personality-ct/entries.js';
import { noMeters } from '../../test/personality-ct/silent.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import type { LogEntry } from '../core/entry.js';
import { answered, failed, type Added, type AddedEntry, type Answer } from '../ports/sequencer.js';
import {
  BATCH_ENTRIES_MAX,
  BATCH_SIZE_MAX_BYTES,
  CALLS_IN_FLIGHT_MAX,
  createCoalescer,
  GATHER_MS,
  QUEUE_ENTRIES_MAX,
  QUEUE_SIZE_MAX_BYTES,
  type Coalescer,
} from './coalesce.js';

/** An Add call that waits for the test to answer it. */
interface Call {
  readonly entries: readonly LogEntry[];
  answer(answer: Answer<Added>): void;
}

/** What an entry was made of, as its index. */
function numberOf({ data }: LogEntry): number {
  return Buffer.from(data).readUInt32BE(8);
}

describe('createCoalescer()', () => {
  let clock: ManualClock;
  let calls: Call[];
  let coalescer: Coalescer;

  beforeEach(() => {
    clock = createManualClock();
    calls = [];
    const add = (entries: readonly LogEntry[]): Promise<Answer<Added>> =>
      new Promise((answer) => {
        calls.push({ entries, answer });
      });
    coalescer = createCoalescer({ sequencer: { add }, waitFor: 'durable', clock, meters: noMeters });
  });

  /** Answers a call with the numbers of its entries as their indices. */
  function answer(call: Call | undefined): void {
    assert(call);
    const entries = call.entries.map((entry) => addedAs(numberOf(entry)));
    call.answer(answered({ entries, checkpoint: undefined }));
  }

  function addedAs(index: number): AddedEntry {
    return { index: leafIndex(index), timestamp: timestampMs(1), duplicate: false };
  }

  function indexOf(answer: Answer<AddedEntry>): number | string {
    return answer.kind === 'answered' ? answer.value.index : answer.failure.code;
  }

  it('sends an entry at once when nothing is in flight', () => {
    void coalescer.add(entryOf(1));
    assert.equal(calls.length, 1);
    assert.equal(clock.pendingTimers(), 0);
  });

  it('gathers what comes while a call is in flight, for a moment, and does not wait for the call', async () => {
    for (let n = 0; n < 10; n++) void coalescer.add(entryOf(n));
    assert.equal(calls.length, 1);
    await clock.advance(GATHER_MS);
    assert.deepEqual(
      calls.map(({ entries }) => entries.map(numberOf)),
      [[0], [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    );
  });

  it('sends what has gathered as soon as nothing is in flight any more', async () => {
    void coalescer.add(entryOf(0));
    void coalescer.add(entryOf(1));
    answer(calls[0]);
    await settle();
    assert.equal(calls.length, 2);
  });

  it('gives each entry its own answer', async () => {
    const answers = [0, 1, 2, 3].map((n) => coalescer.add(entryOf(n)));
    await clock.advance(GATHER_MS);
    answer(calls[1]);
    answer(calls[0]);
    assert.deepEqual((await Promise.all(answers)).map(indexOf), [0, 1, 2, 3]);
  });

  it('sends a batch of BATCH_ENTRIES_MAX without waiting, and no larger one', () => {
    void coalescer.add(entryOf(0));
    for (let n = 0; n < BATCH_ENTRIES_MAX + 1; n++) void coalescer.add(entryOf(n));
    assert.deepEqual(
      calls.map(({ entries }) => entries.length),
      [1, BATCH_ENTRIES_MAX],
    );
  });

  it('sends no batch of more than BATCH_SIZE_MAX_BYTES', async () => {
    void coalescer.add(entryOf(0));
    const sizeBytes = BATCH_SIZE_MAX_BYTES / 4;
    for (let n = 0; n < 6; n++) void coalescer.add(entryOf(n, n === 3 ? sizeBytes + 1 : sizeBytes));
    await clock.advance(GATHER_MS);
    const sizes = calls.map(({ entries }) => entries.reduce((sum, { data }) => sum + data.length, 0));
    assert(sizes.every((size) => size <= BATCH_SIZE_MAX_BYTES));
    assert.deepEqual(
      calls.flatMap(({ entries }) => entries.map(numberOf)),
      [0, 0, 1, 2, 3, 4, 5],
    );
    assert.equal(calls[1]?.entries.length, 3);
  });

  it('has at most CALLS_IN_FLIGHT_MAX calls in flight, and sends what waits when one ends', async () => {
    for (let n = 0; n < CALLS_IN_FLIGHT_MAX + 5; n++) {
      void coalescer.add(entryOf(n));
      await clock.advance(GATHER_MS);
    }
    assert.equal(calls.length, CALLS_IN_FLIGHT_MAX);
    answer(calls[7]);
    await settle();
    assert.equal(calls.length, CALLS_IN_FLIGHT_MAX + 1);
    assert.equal(calls.at(-1)?.entries.length, 5);
  });

  it('turns entries away when too many wait, and takes them again when they are fewer', async () => {
    for (let n = 0; n < CALLS_IN_FLIGHT_MAX; n++) {
      void coalescer.add(entryOf(n));
      await clock.advance(GATHER_MS);
    }
    for (let n = 0; n < QUEUE_ENTRIES_MAX; n++) void coalescer.add(entryOf(n));
    assert.equal(indexOf(await coalescer.add(entryOf(1))), 'overloaded');
    answer(calls[0]);
    await settle();
    assert.equal(calls.at(-1)?.entries.length, BATCH_ENTRIES_MAX);
    let settled = false;
    void coalescer.add(entryOf(77)).then(() => {
      settled = true;
    });
    await settle();
    assert.equal(settled, false);
  });

  it('turns entries away when they are too large together', async () => {
    for (let n = 0; n < CALLS_IN_FLIGHT_MAX; n++) {
      void coalescer.add(entryOf(n));
      await clock.advance(GATHER_MS);
    }
    const sizeBytes = QUEUE_SIZE_MAX_BYTES / 64;
    for (let n = 0; n < 64; n++) void coalescer.add(entryOf(n, sizeBytes));
    assert.equal(indexOf(await coalescer.add(entryOf(1))), 'overloaded');
  });

  it('tells every entry of a call that failed', async () => {
    const answers = [0, 1, 2].map((n) => coalescer.add(entryOf(n)));
    await clock.advance(GATHER_MS);
    answer(calls[0]);
    calls[1]?.answer(failed('unreachable', 'gone'));
    assert.deepEqual((await Promise.all(answers)).map(indexOf), [0, 'unreachable', 'unreachable']);
  });

  it('fails an entry that was not answered, and those sent with it', async () => {
    const answers = [0, 1, 2].map((n) => coalescer.add(entryOf(n)));
    await clock.advance(GATHER_MS);
    answer(calls[0]);
    calls[1]?.answer(answered({ entries: [addedAs(9)], checkpoint: undefined }));
    assert.deepEqual((await Promise.all(answers)).map(indexOf), [0, 'contradiction', 'contradiction']);
  });

  it('finds the one entry that the sequencer rejects, and adds the others', async () => {
    const rejectFive = (entries: readonly LogEntry[]): Promise<Answer<Added>> => {
      const bad = entries.some((entry) => numberOf(entry) === 5);
      const added = entries.map((entry) => addedAs(numberOf(entry)));
      return Promise.resolve(bad ? failed('rejected', 'entry 5') : answered({ entries: added, checkpoint: undefined }));
    };
    coalescer = createCoalescer({ sequencer: { add: rejectFive }, waitFor: 'durable', clock, meters: noMeters });
    const answers = Array.from({ length: 10 }, (_, n) => coalescer.add(entryOf(n)));
    await clock.advance(GATHER_MS);
    assert.deepEqual((await Promise.all(answers)).map(indexOf), [0, 1, 2, 3, 4, 'rejected', 6, 7, 8, 9]);
  });

  it('is not stopped by a client that throws', async () => {
    const add = (): Promise<Answer<Added>> => Promise.reject(new TypeError('a defect'));
    coalescer = createCoalescer({ sequencer: { add }, waitFor: 'durable', clock, meters: noMeters });
    assert.equal(indexOf(await coalescer.add(entryOf(1))), 'defect');
    assert.equal(indexOf(await coalescer.add(entryOf(2))), 'defect');
  });
});
