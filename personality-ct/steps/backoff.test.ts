import assert from 'node:assert/strict';
import { createBackoff } from './backoff.js';

describe('createBackoff()', () => {
  it('doubles up to the greatest', () => {
    const backoff = createBackoff({ firstMs: 100, maxMs: 350 }, () => 1);
    assert.deepEqual([1, 2, 3, 4].map(backoff.nextMs), [100, 200, 350, 350]);
  });

  it('draws between half of that and all of it', () => {
    assert.equal(createBackoff({ firstMs: 100, maxMs: 350 }, () => 0).nextMs(), 50);
    assert.equal(createBackoff({ firstMs: 100, maxMs: 350 }, () => 0.5).nextMs(), 75);
  });

  it('starts again after a success', () => {
    const backoff = createBackoff({ firstMs: 100, maxMs: 350 }, () => 1);
    backoff.nextMs();
    backoff.nextMs();
    backoff.reset();
    assert.equal(backoff.nextMs(), 100);
  });
});
