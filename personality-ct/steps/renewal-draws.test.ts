import fc from 'fast-check';
import assert from 'node:assert/strict';
import { checkpointOf } from '../../test/personality-ct/checkpoints.js';
import { createRenewalDraws } from './renewal-draws.js';

describe('createRenewalDraws()', () => {
  const diceOf = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('draws in [1/2, 1] for a checkpoint of somebody else', () => {
    fc.assert(
      fc.property(diceOf, (dice) => {
        const drawn = createRenewalDraws(() => dice).of(checkpointOf(1, 1));
        assert(0.5 <= drawn && drawn <= 1);
      }),
    );
  });

  it('draws in [0, 1/4) for a checkpoint of its own', () => {
    fc.assert(
      fc.property(diceOf, (dice) => {
        const draws = createRenewalDraws(() => dice);
        draws.wrote(checkpointOf(1, 1));
        const drawn = draws.of(checkpointOf(1, 1));
        assert(0 <= drawn && drawn < 0.25);
      }),
    );
  });

  it('draws once for each checkpoint', () => {
    let thrown = 0;
    const draws = createRenewalDraws(() => ++thrown / 10);
    const first = draws.of(checkpointOf(1, 1));
    assert.equal(draws.of(checkpointOf(1, 1)), first);
    assert.notEqual(draws.of(checkpointOf(1, 2)), first);
  });
});
