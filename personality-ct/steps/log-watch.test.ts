import assert from 'node:assert/strict';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { createFakeSequencer, type FakeSequencer } from '../../test/personality-ct/fake-sequencer.js';
import { createKeptLog } from '../../test/personality-ct/silent.js';
import { createCheckpointView, type CheckpointView } from './checkpoint-view.js';
import { createLogWatch, STATE_POLL_MS, type LogWatch } from './log-watch.js';

const IDENTITY = { origin: 'log.example/2025', spki: Uint8Array.of(1, 2, 3) };

describe('createLogWatch()', () => {
  let clock: ManualClock;
  let sequencer: FakeSequencer;
  let view: CheckpointView;
  let watch: LogWatch;
  let connections: number;
  let lines: Record<string, unknown>[];
  const stop = { controller: new AbortController() };
  let running: Promise<void>;

  beforeEach(() => {
    clock = createManualClock();
    sequencer = createFakeSequencer(clock, IDENTITY);
    view = createCheckpointView(clock);
    const kept = createKeptLog();
    lines = kept.lines;
    connections = 0;
    const onConnected = (): void => {
      connections++;
    };
    watch = createLogWatch({
      ...{ sequencer: sequencer.log, expected: IDENTITY, view, clock, dice: () => 0.5, log: kept.log, onConnected },
    });
    stop.controller = new AbortController();
  });
  afterEach(async () => {
    stop.controller.abort();
    await running;
    assert.equal(clock.pendingTimers(), 0, 'nothing is left waiting');
  });
  const run = (): void => {
    running = watch.run(stop.controller.signal);
  };
  const messages = (): unknown[] => lines.map(({ msg }) => msg);

  it('knows the log, and its checkpoints as they are published', async () => {
    run();
    await clock.advance(10);
    assert.equal(watch.status().kind, 'known');
    await clock.advance(700);
    sequencer.publish();
    assert.equal(view.newest(), sequencer.published.at(-1));
    assert.equal(view.ageMs(), 0);
    assert.equal(connections, 1);
  });

  it('is not stopped by a sequencer that is down at first, says so once, and finds it when it is there', async () => {
    sequencer.behaviour.failure = 'unreachable';
    run();
    await clock.advance(60_000);
    assert.equal(watch.status().kind, 'unreachable');
    assert.deepEqual(messages(), ['sequencer does not answer']);
    sequencer.behaviour.failure = undefined;
    await clock.advance(STATE_POLL_MS);
    assert.equal(watch.status().kind, 'known');
    assert.equal(messages().at(-1), 'sequencer answers for the configured log');
    assert.equal(view.newest(), sequencer.published.at(-1));
  });

  it('opens the stream again when it has ended, and says that the sequencer may be a new one', async () => {
    run();
    await clock.advance(1_000);
    for (let round = 2; round <= 4; round++) {
      sequencer.endStreams();
      await clock.advance(3_000);
      assert.equal(connections, round);
      sequencer.publish();
      assert.equal(view.newest(), sequencer.published.at(-1));
    }
  });

  it('does not hammer a sequencer that ends each stream at once', async () => {
    run();
    for (let ms = 0; ms < 10_000; ms += 10) {
      sequencer.endStreams();
      await clock.advance(10);
    }
    assert(connections < 150, `${connections} connections in 10 s`);
  });

  it('finds a new checkpoint by asking when the stream is silent', async () => {
    run();
    const silent = createCheckpointView(clock);
    const deaf = createLogWatch({
      sequencer: { ...sequencer.log, watchCheckpoints: () => new Promise(() => undefined) },
      ...{ expected: IDENTITY, view: silent, clock, dice: () => 0.5, log: createKeptLog().log, onConnected: () => {} },
    });
    void deaf.run(stop.controller.signal);
    await clock.advance(10);
    sequencer.publish();
    await clock.advance(STATE_POLL_MS);
    assert.equal(silent.newest(), sequencer.published.at(-1));
  });

  it('says loudly that the log is another one, looks at none of its checkpoints, and recovers', async () => {
    sequencer.behaviour.report = { publicKeys: [Uint8Array.of(9)] };
    run();
    await clock.advance(10_000);
    const status = watch.status();
    assert.match(status.kind === 'mismatch' ? status.problem : '', /own key is CQ==/);
    assert.equal(view.newest(), undefined);
    const loud = lines.filter(({ level }) => level === 'error');
    assert.deepEqual(
      loud.map(({ msg }) => msg),
      ['the log of the sequencer is not the configured one: no SCT will be issued'],
    );
    sequencer.behaviour.report = {};
    await clock.advance(STATE_POLL_MS);
    assert.equal(watch.status().kind, 'known');
    assert.notEqual(view.newest(), undefined);
  });

  it('remembers what it knew when the sequencer does not answer any more', async () => {
    run();
    await clock.advance(1_000);
    sequencer.behaviour.failure = 'deadline';
    await clock.advance(STATE_POLL_MS);
    const status = watch.status();
    assert.equal(status.kind === 'unreachable' && status.lastReport?.mode, 'serving');
    assert.equal(status.kind === 'unreachable' && status.failure?.code, 'deadline');
  });
});
