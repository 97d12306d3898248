import assert from 'node:assert/strict';
import fc from 'fast-check';
import { timestampMs } from '../../tlog/scalars.js';
import { mmdPolicyProblem, nextRefresh, promiseState, type MmdPolicy } from './policy.js';

const MINUTE_MS = 60_000;
const policy: MmdPolicy = { mmdMs: 1440 * MINUTE_MS, refreshAgeMs: 60 * MINUTE_MS };
const newest = timestampMs(1_000_000 * MINUTE_MS);
const after = (minutes: number): ReturnType<typeof timestampMs> => timestampMs(newest + minutes * MINUTE_MS);

describe('mmdPolicyProblem()', () => {
  it('wants a refresh age that is positive, and below the MMD with room for jitter', () => {
    assert.equal(mmdPolicyProblem(policy), undefined);
    assert.equal(mmdPolicyProblem({ mmdMs: 1101, refreshAgeMs: 1000 }), undefined);
    assert.match(mmdPolicyProblem({ mmdMs: 1100, refreshAgeMs: 1000 }) ?? '', /below mmd/);
    assert.match(mmdPolicyProblem({ mmdMs: 1000, refreshAgeMs: 0 }) ?? '', /above 0/);
  });
});

describe('nextRefresh()', () => {
  it('is due when the checkpoint reaches its age, and not before', () => {
    assert.deepEqual(nextRefresh(policy, { newest, now: after(60), dice: 0 }), { kind: 'due' });
    const moment = timestampMs(after(60) - 1);
    assert.deepEqual(nextRefresh(policy, { newest, now: moment, dice: 0 }), { kind: 'wait', delayMs: 1 });
    assert.deepEqual(nextRefresh(policy, { newest, now: after(20), dice: 0 }), {
      kind: 'wait',
      delayMs: 40 * MINUTE_MS,
    });
  });

  it('is spread by the dice over a tenth of that age', () => {
    assert.deepEqual(nextRefresh(policy, { newest, now: after(62), dice: 0.5 }), { kind: 'wait', delayMs: MINUTE_MS });
    assert.deepEqual(nextRefresh(policy, { newest, now: after(63), dice: 0.5 }), { kind: 'due' });
    assert.deepEqual(nextRefresh(policy, { newest, now: after(66), dice: 0.999 }), { kind: 'due' });
  });

  it('waits between 1 ms and the refresh age, whatever the clock says', () => {
    const times = fc.nat({ max: Number.MAX_SAFE_INTEGER }).map(timestampMs);
    fc.assert(
      fc.property(times, times, fc.double({ min: 0, max: 0.999, noNaN: true }), (checkpoint, now, dice) => {
        const refresh = nextRefresh(policy, { newest: checkpoint, now, dice });
        if (refresh.kind === 'wait') assert.ok(1 <= refresh.delayMs && refresh.delayMs <= policy.refreshAgeMs);
        else assert.ok(now - checkpoint >= policy.refreshAgeMs);
      }),
    );
  });
});

describe('promiseState()', () => {
  // Halfway between 66 minutes and 24 hours.
  const limitMinutes = 753;

  it('is kept while checkpoint and entries are young', () => {
    assert.deepEqual(promiseState(policy, { newest, oldestUnpublished: undefined, now: newest }), { kind: 'kept' });
    const late = timestampMs(after(limitMinutes) - 1);
    assert.deepEqual(promiseState(policy, { newest, oldestUnpublished: newest, now: late }), { kind: 'kept' });
  });

  it('is kept when the clock is behind that of the sequencer', () => {
    assert.equal(promiseState(policy, { newest, oldestUnpublished: newest, now: after(-600) }).kind, 'kept');
  });

  it('is endangered when the checkpoint is old, long before the MMD', () => {
    const state = promiseState(policy, { newest, oldestUnpublished: undefined, now: after(limitMinutes) });
    assert.ok(state.kind === 'endangered');
    assert.equal(state.code, 'checkpoint-old');
    assert.equal(state.ageMs, limitMinutes * MINUTE_MS);
    assert.match(state.message, /was not renewed in time: it is 45180000 ms old, and SCTs stop at 45180000 ms/);
  });

  it('is endangered when an entry waits too long, however young the checkpoint is', () => {
    const state = promiseState(policy, { newest: after(800), oldestUnpublished: newest, now: after(800) });
    assert.ok(state.kind === 'endangered');
    assert.equal(state.code, 'entries-unpublished');
  });

  it('is endangered as long as no checkpoint has been seen', () => {
    const state = promiseState(policy, { newest: undefined, oldestUnpublished: undefined, now: newest });
    assert.ok(state.kind === 'endangered');
    assert.equal(state.code, 'checkpoint-unknown');
    assert.equal(state.message, 'no checkpoint of the log has been seen yet');
  });
});
