import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { testEntry } from '../../test/log-deps.js';
import { timestampMs, leafIndex } from '../../tlog/scalars.js';
import type { AddedEntry, IdentifiedEntry } from '../core/batch-plan.js';
import {
  BATCH_ENTRIES_MAX,
  BATCH_SIZE_MAX_BYTES,
  OUTSTANDING_ENTRIES_MAX,
  OUTSTANDING_SIZE_MAX_BYTES,
} from '../core/limits.js';
import { SequencerError } from '../core/sequencer-error.js';
import { createCallQueue, type CallQueue } from './call-queue.js';

const NOTHING = { entries: 0, sizeBytes: 0 };
const ANSWER: readonly AddedEntry[] = [{ index: leafIndex(0), timestamp: timestampMs(0), duplicate: false }];

describe('createCallQueue()', () => {
  let queue: CallQueue;
  let caller: AbortController;
  beforeEach(() => {
    queue = createCallQueue();
    caller = new AbortController();
  });
  const push = async (call: readonly IdentifiedEntry[], unintegrated = NOTHING): Promise<readonly AddedEntry[]> =>
    queue.push(call, { unintegrated, signal: caller.signal });
  const pushAll = (calls: readonly (readonly IdentifiedEntry[])[]): void => {
    for (const call of calls) void push(call);
  };

  it('hands out calls in the order in which they came, and answers each', async () => {
    const [first, second] = [push(callOf({ entries: 1 })), push(callOf({ entries: 2 }))];
    assert.equal(queue.length, 2);
    const taken = queue.take();
    assert.deepEqual(
      taken.map(({ entries }) => entries.length),
      [1, 2],
    );
    assert.equal(queue.length, 0);
    taken[0]?.resolve(ANSWER);
    taken[1]?.reject(new SequencerError({ code: 'unavailable', why: 'a test' }));
    assert.equal(await first, ANSWER);
    await assert.rejects(second, /a test/);
  });

  it('hands out nothing when nothing waits', () => {
    assert.deepEqual(queue.take(), []);
  });

  it('hands out no more entries than a batch takes, and whole calls', () => {
    const half = BATCH_ENTRIES_MAX / 2;
    pushAll([half, half, 1].map((entries) => callOf({ entries })));
    assert.equal(queue.take().length, 2);
    assert.equal(queue.take().length, 1);
    pushAll([half, half + 1].map((entries) => callOf({ entries })));
    assert.equal(queue.take().length, 1);
  });

  it('hands out no more bytes than a batch takes', () => {
    const half = BATCH_SIZE_MAX_BYTES / 2;
    pushAll([half, half, 1].map((sizeBytes) => callOf({ sizeBytes })));
    assert.equal(queue.take().length, 2);
    assert.equal(queue.take().length, 1);
  });

  it('hands out a call that is larger than a batch alone', () => {
    pushAll([callOf({ entries: BATCH_ENTRIES_MAX + 1 }), callOf({ entries: 1 })]);
    assert.equal(queue.take().length, 1);
  });

  it('refuses entries above the limit on what is outstanding, and says when to come again', async () => {
    const unintegrated = { entries: OUTSTANDING_ENTRIES_MAX - 1, sizeBytes: 0 };
    const last = push(callOf({ entries: 1 }), unintegrated);
    await assert.rejects(push(callOf({ entries: 1 }), unintegrated), (error: unknown) => {
      assert.ok(error instanceof SequencerError && error.detail.code === 'exhausted');
      assert.ok(error.detail.retryAfterMs > 0);
      assert.match(error.message, /^65537 entries would be outstanding, and the limit is 65536/);
      return true;
    });
    assert.equal(queue.length, 1);
    queue.take()[0]?.resolve(ANSWER);
    await last;
  });

  it('refuses bytes above the limit too', async () => {
    const unintegrated = { entries: 0, sizeBytes: OUTSTANDING_SIZE_MAX_BYTES };
    await assert.rejects(push(callOf({ sizeBytes: 1 }), unintegrated), /bytes of entries would be outstanding/);
  });

  it('has room again for what was answered, and not for what was only handed out', async () => {
    const unintegrated = { entries: OUTSTANDING_ENTRIES_MAX - 1, sizeBytes: 0 };
    const first = push(callOf({ entries: 1 }), unintegrated);
    const taken = queue.take();
    await assert.rejects(push(callOf({ entries: 1 }), unintegrated), /would be outstanding/);
    taken[0]?.resolve(ANSWER);
    const second = push(callOf({ entries: 1 }), unintegrated);
    queue.take()[0]?.reject(new SequencerError({ code: 'unavailable', why: 'a test' }));
    await assert.rejects(second, /a test/);
    const third = push(callOf({ entries: 1 }), unintegrated);
    queue.take()[0]?.resolve(ANSWER);
    await Promise.all([first, third]);
  });

  it('lets a caller leave that does not wait any more, with its reason, and has its room again', async () => {
    const unintegrated = { entries: OUTSTANDING_ENTRIES_MAX - 1, sizeBytes: 0 };
    const gone = push(callOf({ entries: 1 }), unintegrated);
    caller.abort(new Error('I must go'));
    await assert.rejects(gone, /I must go/);
    assert.equal(queue.length, 0);
    caller = new AbortController();
    const next = push(callOf({ entries: 1 }), unintegrated);
    queue.take()[0]?.resolve(ANSWER);
    await next;
  });

  it('does not take a call of somebody who has left already', async () => {
    caller.abort(new Error('I am gone'));
    await assert.rejects(push(callOf({ entries: 1 })), /I am gone/);
    assert.equal(queue.length, 0);
  });

  it('answers a call that was handed out, whether its caller still waits or not', async () => {
    const answered = push(callOf({ entries: 1 }));
    const taken = queue.take();
    caller.abort(new Error('too late'));
    taken[0]?.resolve(ANSWER);
    assert.equal(await answered, ANSWER);
  });

  it('does not listen to the signal of a call that is answered', async () => {
    const calls = [push(callOf({ entries: 1 })), push(callOf({ entries: 1 }))];
    for (const call of queue.take()) call.resolve(ANSWER);
    await Promise.all(calls);
    assert.equal(getEventListeners(caller.signal, 'abort').length, 0);
  });

  it('rejects all that wait, and is empty', async () => {
    const calls = [push(callOf({ entries: 3 })), push(callOf({ entries: 3 }))];
    queue.rejectAll(new SequencerError({ code: 'unavailable', why: 'a test' }));
    for (const call of calls) await assert.rejects(call, /nothing was stored: a test/);
    assert.equal(queue.length, 0);
    assert.deepEqual(queue.take(), []);
  });
});

/** A call with this many entries, or one entry of this size. */
function callOf({ entries = 1, sizeBytes }: { entries?: number; sizeBytes?: number }): IdentifiedEntry[] {
  const { entry, identity } = testEntry('tlog-tiles', 'entry');
  const one = { entry: sizeBytes === undefined ? entry : { ...entry, data: new Uint8Array(sizeBytes) }, identity };
  return Array.from({ length: entries }, () => one);
}
