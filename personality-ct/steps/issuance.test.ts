import assert from 'node:assert/strict';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { checkpointOf } from '../../test/personality-ct/checkpoints.js';
import { timestampMs } from '../../tlog/scalars.js';
import type { LogReport } from '../ports/sequencer.js';
import { createCheckpointView, type CheckpointView } from './checkpoint-view.js';
import { createIssuance, type Issuance } from './issuance.js';
import type { LogStatus } from './log-watch.js';

describe('createIssuance()', () => {
  const policy = { mmdMs: 60_000, refreshAgeMs: 5_000 };
  /** Halfway between the latest regular renewal, 5.5 s, and the MMD. */
  const LIMIT_MS = 32_750;
  const report: LogReport = {
    ...{ origin: 'log.example', layout: 'static-ct', publicKeys: [], mode: 'serving', stopReason: '' },
    ...{ published: undefined, oldestUnpublished: undefined },
  };
  let clock: ManualClock;
  let view: CheckpointView;
  let status: LogStatus;
  let issuance: () => Issuance;

  beforeEach(() => {
    clock = createManualClock();
    view = createCheckpointView(clock);
    view.observe(checkpointOf(1, clock.now()), 'pushed');
    status = { kind: 'known', lastReport: report };
    issuance = createIssuance({ watch: { status: () => status }, view, policy, clock });
  });

  function closedCode(): string {
    const state = issuance();
    return state.kind === 'open' ? 'open' : state.code;
  }

  it('is open while the log is the configured one and its checkpoint is young', async () => {
    await clock.advance(LIMIT_MS - 1);
    assert.equal(closedCode(), 'open');
  });

  it('closes when the newest checkpoint is so old that the MMD is in danger, and opens by itself', async () => {
    await clock.advance(LIMIT_MS);
    const state = issuance();
    assert(state.kind === 'closed');
    assert.equal(state.code, 'checkpoint-old');
    assert.match(state.message, /it is 32750 ms old, and SCTs stop at 32750 ms/);
    assert(state.retryAfterMs > 0);
    view.observe(checkpointOf(1, clock.now()), 'pushed');
    assert.equal(closedCode(), 'open');
  });

  it('closes when an entry has waited too long for a checkpoint', async () => {
    await clock.advance(LIMIT_MS - 1_000);
    view.observe(checkpointOf(1, clock.now()), 'pushed');
    status = { kind: 'known', lastReport: { ...report, oldestUnpublished: timestampMs(clock.now() - LIMIT_MS) } };
    assert.equal(closedCode(), 'entries-unpublished');
  });

  it('closes when this clock jumps so far ahead that one of the two clocks must be wrong, and opens when it is back', () => {
    clock.jump(3_600_000);
    assert.equal(closedCode(), 'checkpoint-old');
    clock.jump(-3_600_000);
    assert.equal(closedCode(), 'open');
  });

  it('is closed before the sequencer has answered', () => {
    status = { kind: 'unreachable', failure: undefined };
    assert.equal(closedCode(), 'sequencer-unreachable');
  });

  it('stays open when a sequencer that was known does not answer for a moment', () => {
    status = { kind: 'unreachable', failure: { code: 'deadline', message: '' }, lastReport: report };
    assert.equal(closedCode(), 'open');
  });

  it('is closed while no checkpoint is known', () => {
    issuance = createIssuance({ watch: { status: () => status }, view: createCheckpointView(clock), policy, clock });
    assert.equal(closedCode(), 'checkpoint-unknown');
  });

  it('is closed for another log than the configured one, and tells the client nothing of the keys', () => {
    status = { kind: 'mismatch', problem: 'the key is another one' };
    const state = issuance();
    assert(state.kind === 'closed');
    assert.equal(state.code, 'log-mismatch');
    assert.doesNotMatch(state.message, /key/);
    assert.match(state.detail, /the key is another one/);
  });

  it('is closed for good when checkpoints contradict each other', () => {
    view.observe(checkpointOf(1, clock.now() + 1, 'forked'), 'pushed');
    assert.equal(closedCode(), 'log-contradiction');
  });

  it('is closed for a log that has stopped', () => {
    status = { kind: 'known', lastReport: { ...report, mode: 'stopped', stopReason: 'tile/0/000 differs' } };
    assert.equal(closedCode(), 'log-stopped');
  });
});
