import assert from 'node:assert/strict';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { checkpointOf } from '../../test/personality-ct/checkpoints.js';
import { createCheckpointView, type CheckpointView } from './checkpoint-view.js';

describe('createCheckpointView()', () => {
  let clock: ManualClock;
  let view: CheckpointView;
  const T = 1_751_673_600_000;

  beforeEach(() => {
    clock = createManualClock(T);
    view = createCheckpointView(clock);
  });

  it('knows nothing at first', () => {
    assert.equal(view.newest(), undefined);
    assert.equal(view.ageMs(), undefined);
    assert.equal(view.contradiction(), undefined);
  });

  it('keeps the newest, and tells of each change', () => {
    let changes = 0;
    const stop = view.onChange(() => changes++);
    view.observe(checkpointOf(1, T + 1), 'pushed');
    view.observe(checkpointOf(2, T + 2), 'pushed');
    view.observe(checkpointOf(1, T + 1), 'looked-up');
    assert.equal(view.newest()?.size, 2);
    assert.equal(changes, 2);
    stop();
    view.observe(checkpointOf(3, T + 3), 'pushed');
    assert.equal(changes, 2);
  });

  describe('ageMs()', () => {
    it('is the time since a checkpoint was pushed, whatever the clocks say', async () => {
      view.observe(checkpointOf(1, T - 3_600_000), 'pushed');
      await clock.advance(1_000);
      clock.jump(7_200_000);
      assert.equal(view.ageMs(), 1_000);
    });

    it('is what the wall clock says of the first checkpoint that was looked up', async () => {
      view.observe(checkpointOf(1, T - 5_000), 'looked-up');
      assert.equal(view.ageMs(), 5_000);
      await clock.advance(1_000);
      clock.jump(-60_000);
      assert.equal(view.ageMs(), 6_000);
    });

    it('is 0 for one from the future', () => {
      view.observe(checkpointOf(1, T + 60_000), 'looked-up');
      assert.equal(view.ageMs(), 0);
    });

    it('of one that was looked up is not more than since the one before was last seen to be the newest', async () => {
      view.observe(checkpointOf(1, T), 'pushed');
      await clock.advance(4_000);
      view.observe(checkpointOf(1, T), 'looked-up');
      await clock.advance(1_000);
      clock.jump(3_600_000);
      view.observe(checkpointOf(1, T + 4_500), 'looked-up');
      assert.equal(view.ageMs(), 1_000);
    });
  });

  describe('contradiction()', () => {
    const rows: { desc: string; first: [number, number, string?]; second: [number, number, string?]; says: RegExp }[] =
      [
        {
          desc: 'a later checkpoint is smaller',
          first: [5, T],
          second: [4, T + 1],
          says: /rolled back: size 5 at .* size 4/,
        },
        { desc: 'an earlier checkpoint is larger', first: [4, T + 1], second: [5, T], says: /rolled back/ },
        {
          desc: 'two of one size differ',
          first: [5, T],
          second: [5, T + 1, 'forked'],
          says: /one size have different roots/,
        },
        { desc: 'two of one time differ', first: [5, T], second: [6, T], says: /two checkpoints of one time differ/ },
      ];
    for (const { desc, first, second, says } of rows) {
      it(`says that ${desc}, and stays`, () => {
        view.observe(checkpointOf(...first), 'pushed');
        view.observe(checkpointOf(...second), 'pushed');
        assert.match(String(view.contradiction()), says);
        view.observe(checkpointOf(9, T + 9), 'pushed');
        assert.match(String(view.contradiction()), says);
      });
    }

    it('is not there for a renewal, for growth, or for an old checkpoint seen late', () => {
      view.observe(checkpointOf(4, T), 'looked-up');
      view.observe(checkpointOf(4, T + 1), 'pushed');
      view.observe(checkpointOf(6, T + 2), 'pushed');
      view.observe(checkpointOf(4, T + 1), 'looked-up');
      assert.equal(view.contradiction(), undefined);
    });
  });
});
