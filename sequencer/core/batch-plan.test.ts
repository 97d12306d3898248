import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainEntry } from '../../test/sequencer/entries.js';
import { nobleHasher, type Sha256 } from '../../tlog/hash.js';
import { LEAF_INDEX_LIMIT, leafIndex, timestampMs } from '../../tlog/scalars.js';
import { identityKey, planBatch, type IdentifiedEntry, type Place } from './batch-plan.js';
import { entryIdentity } from './entry.js';

/** The entry whose data is one byte; it has no holes. */
function entryOf(byte: number): IdentifiedEntry {
  const entry = plainEntry(Uint8Array.of(byte));
  return { entry, identity: entryIdentity(nobleHasher, entry) };
}

const from = { next: 100, timestamp: timestampMs(5_000) };
const nothing = (): undefined => undefined;

describe('planBatch()', () => {
  it('gives contiguous indices in the order of the calls, and one timestamp', () => {
    const calls = [[entryOf(1), entryOf(2)], [entryOf(3)]];
    const { entries, placed, answers } = planBatch({ hasher: nobleHasher, find: nothing }, calls, from);
    assert.deepEqual(answers, [
      [
        { index: 100, timestamp: 5_000, duplicate: false },
        { index: 101, timestamp: 5_000, duplicate: false },
      ],
      [{ index: 102, timestamp: 5_000, duplicate: false }],
    ]);
    assert.deepEqual(
      entries.map(({ data, index, timestamp }) => ({ data: [...data], index, timestamp })),
      [1, 2, 3].map((byte, i) => ({ data: [byte], index: 100 + i, timestamp: 5_000 })),
    );
    assert.deepEqual(
      placed.map(({ identity }) => identity),
      calls.flat().map(({ identity }) => identity),
    );
  });

  it('fills the holes with the place', () => {
    const entry = { ...plainEntry(new Uint8Array(13)), holes: { timestamp: 0, index: 8 } };
    const call = [{ entry, identity: entryIdentity(nobleHasher, entry) }];
    const { entries } = planBatch({ hasher: nobleHasher, find: nothing }, [call], from);
    assert.deepEqual([...(entries[0]?.data ?? [])], [0, 0, 0, 0, 0, 0, 0x13, 0x88, 0, 0, 0, 0, 100]);
  });

  it('gives a known entry its place again, and stores nothing', () => {
    const place = { index: leafIndex(7), timestamp: timestampMs(50) };
    const plan = planBatch({ hasher: nobleHasher, find: () => place }, [[entryOf(1)]], from);
    assert.deepEqual(plan, { entries: [], placed: [], answers: [[{ ...place, duplicate: true }]] });
  });

  it('answers every entry like a log that takes them one by one', () => {
    const call = fc.array(fc.nat(9), { maxLength: 5 });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 8 }), fc.uniqueArray(fc.nat(9)), (calls, stored) => {
        const log = new Map<number, Place>(
          stored.map((byte, i) => [byte, { index: leafIndex(i), timestamp: timestampMs(i) }]),
        );
        const known = new Map([...log].map(([byte, place]) => [identityKey(entryOf(byte).identity), place]));
        const find = (identity: Sha256): Place | undefined => known.get(identityKey(identity));
        const plan = planBatch(
          { hasher: nobleHasher, find },
          calls.map((bytes) => bytes.map(entryOf)),
          { ...from, next: log.size },
        );
        const want = calls.map((bytes) =>
          bytes.map((byte) => {
            const earlier = log.get(byte);
            if (earlier !== undefined) return { ...earlier, duplicate: true };
            const place = { index: leafIndex(log.size), timestamp: from.timestamp };
            log.set(byte, place);
            return { ...place, duplicate: false };
          }),
        );
        assert.deepEqual(plan.answers, want);
        assert.deepEqual(
          plan.placed.map(({ index, timestamp }) => ({ index, timestamp })),
          [...log.values()].slice(stored.length),
        );
        assert.deepEqual(
          plan.entries.map(({ index }) => index),
          plan.placed.map(({ index }) => index),
        );
      }),
    );
  });

  it('plans nothing when it cannot be told whether an entry is there already', () => {
    const find = (): never => {
      throw new Error('the index cannot be read');
    };
    assert.throws(() => planBatch({ hasher: nobleHasher, find }, [[entryOf(1)]], from), /cannot be read/);
  });

  it('refuses an index that no log can have', () => {
    const deps = { hasher: nobleHasher, find: nothing };
    const last = { ...from, next: LEAF_INDEX_LIMIT - 1 };
    assert.equal(planBatch(deps, [[entryOf(1)]], last).entries[0]?.index, LEAF_INDEX_LIMIT - 1);
    assert.throws(() => planBatch(deps, [[entryOf(1), entryOf(2)]], last), /leaf index: got 1099511627776/);
  });
});

describe('identityKey()', () => {
  it('differs when any byte does', () => {
    const identity = entryOf(1).identity;
    const keys = Array.from({ length: 32 }, (_, at) => {
      const other = identity.slice();
      other[at] = (other[at] ?? 0) ^ 0x80;
      return identityKey(other as Sha256);
    });
    assert.equal(new Set([...keys, identityKey(identity)]).size, 33);
  });
});
