import assert from 'node:assert/strict';
import { refuses } from '../test/refuses.js';
import { LEAF_INDEX_LIMIT, leafIndex, timestampMs, treeSize } from './scalars.js';

describe('leafIndex(), treeSize(), timestampMs()', () => {
  it('take integers from 0 to their limit', () => {
    for (const n of [0, 1, LEAF_INDEX_LIMIT - 1]) assert.equal(leafIndex(n), n);
    for (const n of [0, 1, LEAF_INDEX_LIMIT]) assert.equal(treeSize(n), n);
    for (const n of [0, 1, Number.MAX_SAFE_INTEGER]) assert.equal(timestampMs(n), n);
  });

  it('refuse what is no integer', () => {
    for (const n of [-1, -0, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      for (const make of [leafIndex, treeSize, timestampMs]) refuses('out-of-range', () => make(n));
    }
  });

  it('refuse what is beyond the limit, and say which it is', () => {
    refuses(
      'out-of-range',
      () => leafIndex(2 ** 40),
      'leaf index: got 1099511627776, want an integer from 0 to 1099511627775',
    );
    refuses(
      'out-of-range',
      () => treeSize(2 ** 40 + 1),
      'tree size: got 1099511627777, want an integer from 0 to 1099511627776',
    );
  });
});
