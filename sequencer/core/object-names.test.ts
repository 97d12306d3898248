import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LEAF_INDEX_LIMIT, leafIndex, treeSize } from '../../tlog/scalars.js';
import { epoch, FIRST_EPOCH, journalName, journalPrefix, stampPageName } from './object-names.js';

describe('epoch()', () => {
  it('takes 1 to 10 digits', () => {
    assert.equal(epoch(1), FIRST_EPOCH);
    assert.equal(epoch(9_999_999_999), 9_999_999_999);
  });

  for (const n of [0, -1, 1.5, 10 ** 10, NaN, Infinity]) {
    it(`refuses ${n}`, () => {
      assert.throws(() => epoch(n), { message: `an epoch is an integer in [1, 10^10), got ${n}` });
    });
  }
});

describe('journalName()', () => {
  it('is epoch and first index, of equal length whatever they are', () => {
    assert.equal(journalName(epoch(1), leafIndex(0)), 'journal/0000000001/0000000000000');
    assert.equal(journalName(epoch(9_999_999_999), treeSize(2 ** 40)), 'journal/9999999999/1099511627776');
  });

  it('begins with the prefix of its epoch', () => {
    assert.ok(journalName(epoch(12), leafIndex(5)).startsWith(journalPrefix(epoch(12))));
  });

  it('sorts as the numbers do', () => {
    const place = fc.tuple(
      fc.integer({ min: 1, max: 10 ** 10 - 1 }).map(epoch),
      fc.maxSafeNat().map((n) => leafIndex(n % LEAF_INDEX_LIMIT)),
    );
    fc.assert(
      fc.property(place, place, (a, b) => {
        const byNumber = a[0] - b[0] || a[1] - b[1];
        const [nameA, nameB] = [journalName(...a), journalName(...b)];
        assert.equal(Math.sign(byNumber), nameA < nameB ? -1 : nameA > nameB ? 1 : 0);
      }),
    );
  });
});

describe('stampPageName()', () => {
  it('is like the name of the bundle beside which it stands', () => {
    assert.equal(stampPageName(1_234_067, 256), 'stamps/x001/x234/067');
    assert.equal(stampPageName(0, 5), 'stamps/000.p/5');
  });
});
