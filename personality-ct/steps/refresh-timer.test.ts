import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { createFakeSequencer, type FakeSequencer } from '../../test/personality-ct/fake-sequencer.js';
import { createKeptLog, silentLog } from '../../test/personality-ct/silent.js';
import type { RenewalResult } from '../ports/meters.js';
import type { SequencerLog } from '../ports/sequencer.js';
import type { Clock } from '../../service/clock.js';
import { createCheckpointView, type CheckpointView } from './checkpoint-view.js';
import { createLogWatch } from './log-watch.js';
import { keepFresh } from './refresh-timer.js';

const IDENTITY = { origin: 'log.example/2025', spki: Uint8Array.of(1, 2, 3) };
const POLICY = { mmdMs: 60_000, refreshAgeMs: 5_000 };
const MINUTE_MS = 60_000;

/** Numbers in [0, 1) that are the same in every run: the hash of the seed and a count. */
function createDice(seed: number): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE() / 2 ** 32;
}

interface Replica {
  readonly view: CheckpointView;
  readonly renewals: RenewalResult[];
  stop(): Promise<void>;
}

describe('keepFresh()', () => {
  let clock: ManualClock;
  let sequencer: FakeSequencer;
  let replicas: Replica[];

  beforeEach(() => {
    clock = createManualClock();
    sequencer = createFakeSequencer(clock, IDENTITY);
    replicas = [];
  });
  afterEach(async () => {
    await Promise.all(replicas.map((replica) => replica.stop()));
    assert.equal(clock.pendingTimers(), 0, 'nothing is left waiting');
  });

  /** Starts one more replica, with its own view; its clock and its connection may differ from those of the others. */
  function start(own: { clock?: Clock; log?: SequencerLog; seed?: number } = {}): Replica {
    const { clock: ownClock = clock, log = sequencer.log, seed = 1 + replicas.length } = own;
    const stop = new AbortController();
    const view = createCheckpointView(ownClock);
    const renewals: RenewalResult[] = [];
    const dice = createDice(seed);
    const common = { sequencer: log, view, clock: ownClock, dice, log: silentLog };
    const watch = createLogWatch({ ...common, expected: IDENTITY, onConnected: () => {} });
    const meters = { renewal: (result: RenewalResult) => void renewals.push(result) };
    const running = Promise.all([
      watch.run(stop.signal),
      keepFresh({ ...common, watch, policy: POLICY, meters }, stop.signal),
    ]);
    const replica: Replica = {
      view,
      renewals,
      async stop() {
        stop.abort();
        await running;
      },
    };
    replicas.push(replica);
    return replica;
  }

  /** The time between each two checkpoints, in ms. */
  function gaps(): number[] {
    return sequencer.published.slice(1).map(({ timestamp }, i) => timestamp - (sequencer.published[i]?.timestamp ?? 0));
  }

  it('renews 10 to 14 times in a minute without submissions, each at an age of 5 to 5.5 s', async () => {
    start();
    await clock.advance(MINUTE_MS);
    assert(10 <= sequencer.calls.integrate && sequencer.calls.integrate <= 14, `${sequencer.calls.integrate}`);
    assert(
      gaps().every((gap) => 5_000 <= gap && gap <= 5_501),
      gaps().join(' '),
    );
  });

  for (const count of [2, 3, 5]) {
    it(`renews as often with ${count} replicas, whatever they draw, while a renewal takes 30 ms`, async () => {
      sequencer.behaviour.delayMs = 15;
      const counts: number[] = [];
      for (let seed = 0; seed < 20; seed++) {
        sequencer.calls.integrate = 0;
        for (let n = 0; n < count; n++) start({ seed: seed * 100 + n });
        await clock.advance(MINUTE_MS);
        counts.push(sequencer.calls.integrate);
        await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
      }
      assert(
        counts.every((renewals) => 10 <= renewals && renewals <= 14),
        counts.join(' '),
      );
    });
  }

  it('goes on with another replica when the one that renewed last has died', async () => {
    const first = start();
    await clock.advance(20_000);
    start();
    await clock.advance(20_000);
    await first.stop();
    await clock.advance(MINUTE_MS);
    assert(
      gaps().every((gap) => gap <= 5_501),
      gaps().join(' '),
    );
  });

  it('never renews while checkpoints are published for other reasons', async () => {
    start();
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      sequencer.publish();
    }
    assert.equal(sequencer.calls.integrate, 0);
  });

  it('renews at once what is too old when it starts', async () => {
    await clock.advance(3 * MINUTE_MS);
    start();
    await clock.advance(100);
    assert.equal(sequencer.calls.integrate, 1);
  });

  it('does not renew while no checkpoint is known', async () => {
    sequencer.behaviour.failure = 'unreachable';
    start();
    await clock.advance(MINUTE_MS);
    assert.equal(sequencer.calls.integrate, 0);
  });

  it('tries again and again while the sequencer is dead, and renews within 2 s when it is back', async () => {
    const { log, lines } = createKeptLog();
    const stop = new AbortController();
    const view = createCheckpointView(clock);
    const common = { sequencer: sequencer.log, view, clock, dice: createDice(1), log };
    const watch = createLogWatch({ ...common, expected: IDENTITY, onConnected: () => {} });
    const renewals: RenewalResult[] = [];
    const meters = { renewal: (result: RenewalResult) => void renewals.push(result) };
    const running = Promise.all([
      watch.run(stop.signal),
      keepFresh({ ...common, watch, policy: POLICY, meters }, stop.signal),
    ]);
    await clock.advance(1_000);
    sequencer.behaviour.failure = 'unreachable';
    sequencer.endStreams();
    await clock.advance(MINUTE_MS);
    assert(renewals.length >= 50 && renewals.every((result) => result === 'failed'), `${renewals.length} tries`);
    sequencer.behaviour.failure = undefined;
    await clock.advance(2_000);
    assert.equal(sequencer.calls.integrate, 1);
    const said = lines.map(({ msg }) => msg).filter((msg) => String(msg).includes('renewed'));
    assert.deepEqual(said, ['checkpoint cannot be renewed, trying again and again', 'checkpoints are renewed again']);
    stop.abort();
    await running;
  });

  it('renews once when the sequencer does it and the answers are lost', async () => {
    start();
    sequencer.behaviour.losesAnswers = true;
    await clock.advance(MINUTE_MS);
    assert(10 <= sequencer.calls.integrate && sequencer.calls.integrate <= 14, `${sequencer.calls.integrate}`);
  });

  it('has one call at a time in flight to a slow sequencer', async () => {
    let inFlight = 0;
    const log: SequencerLog = {
      ...sequencer.log,
      async integrate(signal) {
        assert.equal(++inFlight, 1);
        await clock.sleep(4_000, signal);
        inFlight--;
        return sequencer.log.integrate(signal);
      },
    };
    start({ log });
    await clock.advance(MINUTE_MS);
    assert(
      gaps().every((gap) => 9_000 <= gap && gap <= 9_501),
      gaps().join(' '),
    );
  });

  it('does not renew in a loop when Integrate answers with an old checkpoint', async () => {
    let asked = 0;
    const log: SequencerLog = {
      ...sequencer.log,
      integrate: () => {
        asked++;
        const [checkpoint] = sequencer.published;
        assert(checkpoint);
        return Promise.resolve({ kind: 'answered', value: { checkpoint, written: true } });
      },
    };
    const { renewals } = start({ log });
    await clock.advance(15_000);
    assert(asked < 30, `${asked} calls in the 10 s after the first one was due`);
    assert(renewals.every((result) => result === 'failed'));
  });

  for (const { desc, byMs } of [
    { desc: 'forward by an hour', byMs: 3_600_000 },
    { desc: 'back by an hour', byMs: -3_600_000 },
  ]) {
    it(`renews as always when the clock jumps ${desc}`, async () => {
      start();
      start();
      await clock.advance(MINUTE_MS);
      clock.jump(byMs);
      sequencer.calls.integrate = 0;
      await clock.advance(MINUTE_MS);
      assert(10 <= sequencer.calls.integrate && sequencer.calls.integrate <= 14, `${sequencer.calls.integrate}`);
    });

    it(`renews as always when its clock is wrong ${desc} from the start`, async () => {
      const wrong: Clock = { ...clock, now: () => (clock.now() + byMs) as ReturnType<Clock['now']> };
      start({ clock: wrong });
      start({ clock: wrong });
      await clock.advance(MINUTE_MS);
      assert(10 <= sequencer.calls.integrate && sequencer.calls.integrate <= 14, `${sequencer.calls.integrate}`);
    });
  }

  it('renews as always when the clocks of two replicas disagree', async () => {
    start();
    start({ clock: { ...clock, now: () => (clock.now() + 7_000) as ReturnType<Clock['now']> } });
    await clock.advance(MINUTE_MS);
    assert(10 <= sequencer.calls.integrate && sequencer.calls.integrate <= 14, `${sequencer.calls.integrate}`);
  });
});
