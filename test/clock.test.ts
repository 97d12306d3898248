import assert from 'node:assert/strict';
import { createManualClock } from './clock.js';

describe('createManualClock()', () => {
  it('fires timers in the order of their moments, each at its own, those set on the way included', async () => {
    const clock = createManualClock(1_000);
    const fired: string[] = [];
    const note = (name: string) => (): void => void fired.push(`${name} at ${clock.now()}`);
    clock.schedule(30, note('c'));
    clock.schedule(10, () => {
      note('a')();
      clock.schedule(10, note('b'));
    });
    clock.schedule(31, note('late'));
    await clock.advance(30);
    assert.deepEqual(fired, ['a at 1010', 'b at 1020', 'c at 1030']);
    assert.equal(clock.now(), 1_030);
    assert.equal(clock.pendingTimers(), 1);
  });

  it('does not fire a timer that was cancelled', async () => {
    const clock = createManualClock();
    clock.schedule(1, () => assert.fail('fired'))();
    await clock.advance(10);
  });

  it('lets a loop of sleeps run', async () => {
    const clock = createManualClock(0);
    const wokenAt: number[] = [];
    void (async () => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(100);
        wokenAt.push(clock.now());
      }
    })();
    await clock.advance(1_000);
    assert.deepEqual(wokenAt, [100, 200, 300]);
  });

  it('ends a sleep whose signal is aborted, with the reason', async () => {
    const clock = createManualClock();
    const stop = new AbortController();
    const asleep = clock.sleep(100, stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(asleep, /enough/);
    await assert.rejects(clock.sleep(100, stop.signal), /enough/);
    assert.equal(clock.pendingTimers(), 0);
  });

  it('jumps with the wall clock alone', async () => {
    const clock = createManualClock(10_000);
    await clock.advance(5);
    clock.jump(-8_000);
    assert.equal(clock.now(), 2_005);
    assert.equal(clock.monotonicMs(), 5);
  });
});
