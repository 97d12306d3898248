import assert from 'node:assert/strict';
import type { IdentityIndex } from '../../sequencer/ports/identity-index.js';
import { timestampMs } from '../../tlog/scalars.js';
import { placedAt, placedFrom } from './places.js';

const MANY = 3_000;

/**
 * Declares what holds for every identity index, whatever is behind it. Source: sequencer/ports/identity-index.ts.
 *
 * @param open makes one that covers nothing.
 */
export function describeIndex(title: string, open: () => Promise<IdentityIndex>): void {
  describe(`the contract of an identity index, kept by ${title}`, () => {
    let index: IdentityIndex;
    beforeEach(async () => {
      index = await open();
    });
    afterEach(async () => index.close());

    it('covers nothing at first', () => {
      assert.equal(index.size(), 0);
      assert.equal(index.find(placedAt(0).identity), undefined);
    });

    it('finds what was appended, and nothing else', async () => {
      await index.append(placedFrom(0, 3));
      await index.append(placedFrom(3, 4));
      assert.equal(index.size(), 4);
      checkHolds(index, 4);
    });

    it('takes many at once', async () => {
      await index.append(placedFrom(0, MANY));
      checkHolds(index, MANY);
    });

    it('takes appends that do not wait for each other', async () => {
      await Promise.all([0, 10, 20, 30].map(async (from) => index.append(placedFrom(from, from + 10))));
      assert.equal(index.size(), 40);
      checkHolds(index, 40);
    });

    it('takes nothing as well', async () => {
      await index.append([]);
      assert.equal(index.size(), 0);
    });

    it('keeps the first place of an identity that comes again', async () => {
      const [first, second, third] = [placedAt(0), placedAt(1), placedAt(2)];
      await index.append([first, { ...second, identity: first.identity }]);
      await index.append([{ ...third, identity: first.identity }]);
      assert.equal(index.size(), 3);
      assert.deepEqual(index.find(first.identity), { index: 0, timestamp: first.timestamp });
    });

    it('keeps the largest timestamp there is', async () => {
      const first = { ...placedAt(0), timestamp: timestampMs(Number.MAX_SAFE_INTEGER) };
      await index.append([first]);
      assert.deepEqual(index.find(first.identity), { index: 0, timestamp: first.timestamp });
    });

    it('refuses entries that do not follow, and adds none of them', async () => {
      await index.append(placedFrom(0, 3));
      for (const from of [2, 4]) await assert.rejects(index.append(placedFrom(from, from + 5)), RangeError);
      checkHolds(index, 3, 10);
      await index.append(placedFrom(3, 4));
      checkHolds(index, 4, 10);
    });

    it('adds nothing behind an append that failed, also if it was waiting already', async () => {
      const results = await Promise.allSettled([
        index.append(placedFrom(0, 3)),
        index.append(placedFrom(5, 7)),
        index.append(placedFrom(7, 9)),
      ]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected'],
      );
      checkHolds(index, 3, 10);
    });

    it('forgets everything when it is cleared, and begins again', async () => {
      await index.append(placedFrom(0, 10));
      await index.clear();
      checkHolds(index, 0, 10);
      await index.append(placedFrom(0, 2));
      checkHolds(index, 2, 10);
    });
  });
}

/** The index holds the entries [0, size), and none of [size, beyond). */
export function checkHolds(index: IdentityIndex, size: number, beyond: number = size + 3): void {
  assert.equal(index.size(), size);
  for (const { identity, ...place } of placedFrom(0, size)) assert.deepEqual(index.find(identity), place);
  for (const { identity, index: at } of placedFrom(size, beyond)) {
    assert.equal(index.find(identity), undefined, `entry ${at} is not there yet`);
  }
}
