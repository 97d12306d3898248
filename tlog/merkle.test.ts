import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { MTH } from '../test/rfc6962-reference.js';
import { testLeafHashes, testLeaves } from '../test/trees.js';
import { concatBytes } from './bytes.js';
import { EMPTY_ROOT, nobleHasher } from './hash.js';
import { rootOf, rootOfHashes, splitPoint } from './merkle.js';

describe('rootOf()', () => {
  it('is MTH() of RFC 6962 for every size up to 300', () => {
    const leaves = testLeaves(300);
    const hashes = testLeafHashes(300);
    for (let size = 0; size <= 300; size++) {
      assert.deepEqual(rootOf(nobleHasher, hashes.slice(0, size)), MTH(leaves.slice(0, size)));
    }
  });

  it('is MTH() of RFC 6962 for any leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 70 }), (leaves) => {
        const hashes = leaves.map((leaf) => nobleHasher.leaf(leaf));
        assert.deepEqual(rootOf(nobleHasher, hashes), MTH(leaves));
      }),
    );
  });

  it('gives a new array even if the root is a hash that was given', () => {
    const [only = EMPTY_ROOT] = testLeafHashes(1);
    assert.deepEqual(rootOf(nobleHasher, [only]), only);
    assert.notEqual(rootOf(nobleHasher, [only]), only);
    assert.notEqual(rootOf(nobleHasher, []), EMPTY_ROOT);
  });

  it('refuses what is no hash', () => {
    refuses('out-of-range', () => rootOf(nobleHasher, [new Uint8Array(31)]));
  });
});

describe('rootOfHashes()', () => {
  it('is the root over the hashes of a tile', () => {
    const hashes = testLeafHashes(256);
    assert.deepEqual(rootOfHashes(nobleHasher, concatBytes(...hashes)), rootOf(nobleHasher, hashes));
  });

  it('refuses half a hash', () => {
    const message = 'hashes: got 33 bytes, want a multiple of 32';
    refuses('malformed', () => rootOfHashes(nobleHasher, new Uint8Array(33)), message);
  });
});

describe('splitPoint()', () => {
  it('is the power of two k with k < n ≤ 2k', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 40 }), (n) => {
        const k = splitPoint(n);
        assert.ok(Number.isInteger(Math.log2(k)) && k < n && n <= 2 * k);
      }),
    );
  });
});
