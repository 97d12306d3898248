import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { isRefusal } from '../../test/refusals.js';
import { STAGE_WAIT_MAX_MS } from '../core/limits.js';
import { dataLoss } from '../core/sequencer-error.js';
import { createStageBoard, type StageBoard } from './stage-board.js';

describe('createStageBoard()', () => {
  let clock: ManualClock;
  let board: StageBoard;
  let caller: AbortController;
  beforeEach(() => {
    clock = createManualClock();
    board = createStageBoard(clock, 'published');
    caller = new AbortController();
  });
  const wait = async (size: number): Promise<void> => board.wait(size, caller.signal);
  const stopped = dataLoss('tile/0/000', 'it is damaged');

  it('does not let anybody wait for what is covered', async () => {
    await wait(0);
    board.reached(5);
    await Promise.all([wait(5), wait(1)]);
    assert.equal(clock.pendingTimers(), 0);
  });

  it('wakes those whose size is covered, and no others', async () => {
    const woken: number[] = [];
    const waits = [2, 1, 3].map(async (size) => {
      await wait(size);
      woken.push(size);
    });
    board.reached(2);
    await Promise.all(waits.slice(0, 2));
    assert.deepEqual(woken.sort(), [1, 2]);
    board.reached(3);
    await Promise.all(waits);
  });

  it('does not go back: a smaller size changes nothing', async () => {
    board.reached(5);
    board.reached(3);
    await wait(5);
  });

  it('sends those away who have waited too long, and says that their entry is durable', async () => {
    const waiting = assert.rejects(wait(8), (error: unknown) => {
      isRefusal('deadline')(error);
      assert.match(String(error), /entry 7 was not published within 60000 ms; it is durable/);
      return true;
    });
    await clock.advance(STAGE_WAIT_MAX_MS - 1);
    assert.equal(clock.pendingTimers(), 1);
    await clock.advance(1);
    await waiting;
  });

  it('lets a caller leave, with its reason', async () => {
    const waiting = wait(1);
    caller.abort(new Error('I must go'));
    await assert.rejects(waiting, /I must go/);
    await assert.rejects(wait(1), /I must go/);
  });

  it('leaves no timer and no listener behind, however the wait ended', async () => {
    const reached = wait(1);
    board.reached(1);
    await reached;
    const late = assert.rejects(wait(2), isRefusal('deadline'));
    await clock.advance(STAGE_WAIT_MAX_MS);
    await late;
    const failed = assert.rejects(wait(3), isRefusal('data-loss'));
    board.fail(stopped);
    await failed;
    assert.equal(clock.pendingTimers(), 0);
    assert.equal(getEventListeners(caller.signal, 'abort').length, 0);
  });

  it('tells everybody who waits, and who comes later, why it does not go on', async () => {
    const waits = [wait(1), wait(2)];
    board.fail(stopped);
    for (const waiting of waits) await assert.rejects(waiting, isRefusal('data-loss', 'tile/0/000'));
    await assert.rejects(wait(3), isRefusal('data-loss', 'tile/0/000'));
  });

  it('gives the first reason to everybody', async () => {
    board.fail(stopped);
    board.fail(dataLoss('tree', 'it is damaged too'));
    await assert.rejects(wait(1), isRefusal('data-loss', 'tile/0/000'));
  });

  it('still says of what is covered that it is, after it has failed', async () => {
    board.reached(2);
    board.fail(stopped);
    await wait(2);
  });
});
