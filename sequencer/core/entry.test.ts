import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyEntry, anyStamp, plainEntry } from '../../test/sequencer/entries.js';
import { concatBytes, equalBytes, fromHex, toHex, utf8 } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { LEAF_INDEX_LIMIT, leafIndex, timestampMs } from '../../tlog/scalars.js';
import {
  entryIdentity,
  entrySizeBytes,
  entryViolations,
  stampEntry,
  unstampedData,
  type Entry,
  type Holes,
} from './entry.js';

/** The largest number that fits an uint32 of the proto. */
const UINT32_MAX = 2 ** 32 - 1;

function withHoles(sizeBytes: number, holes: Holes): Entry {
  return { ...plainEntry(new Uint8Array(sizeBytes)), holes };
}

describe('entryViolations()', () => {
  const right: { desc: string; entry: Entry }[] = [
    { desc: 'one byte of data', entry: plainEntry(Uint8Array.of(1)) },
    {
      desc: 'everything as large as it may be',
      entry: {
        leafPrefix: new Uint8Array(64),
        data: new Uint8Array(262_144),
        trailer: new Uint8Array(262_144),
        holes: { timestamp: 0, index: 262_139 },
      },
    },
    { desc: 'holes side by side', entry: withHoles(13, { timestamp: 0, index: 8 }) },
    { desc: 'holes side by side, the index first', entry: withHoles(13, { timestamp: 5, index: 0 }) },
  ];
  for (const { desc, entry } of right) {
    it(`finds nothing wrong with ${desc}`, () => {
      assert.deepEqual(entryViolations(entry, 'entries[0]'), []);
    });
  }

  const wrong: { desc: string; entry: Entry; want: [field: string, description: string] }[] = [
    { desc: 'no data', entry: plainEntry(new Uint8Array()), want: ['data', 'is empty'] },
    {
      desc: 'a leaf prefix of 65 bytes',
      entry: { ...plainEntry(Uint8Array.of(1)), leafPrefix: new Uint8Array(65) },
      want: ['leaf_prefix', 'has 65 bytes, and at most 64 are taken'],
    },
    {
      desc: 'data of 262,145 bytes',
      entry: plainEntry(new Uint8Array(262_145)),
      want: ['data', 'has 262145 bytes, and at most 262144 are taken'],
    },
    {
      desc: 'a trailer of 262,145 bytes',
      entry: { ...plainEntry(Uint8Array.of(1)), trailer: new Uint8Array(262_145) },
      want: ['trailer', 'has 262145 bytes, and at most 262144 are taken'],
    },
    {
      desc: 'a timestamp hole that ends behind the data',
      entry: withHoles(8, { timestamp: 1 }),
      want: ['timestamp_offset', 'the hole [1, 9) is not inside data of 8 bytes'],
    },
    {
      desc: 'an index hole that ends behind the data',
      entry: withHoles(8, { index: 4 }),
      want: ['index_offset', 'the hole [4, 9) is not inside data of 8 bytes'],
    },
    {
      desc: 'the largest offset of the proto',
      entry: withHoles(8, { timestamp: UINT32_MAX }),
      want: ['timestamp_offset', 'the hole [4294967295, 4294967303) is not inside data of 8 bytes'],
    },
    {
      desc: 'a byte in the hole that is not zero',
      entry: { ...plainEntry(fromHex('ff0000000001000000')), holes: { index: 1 } },
      want: ['index_offset', 'byte 5 of data lies in the hole and is not zero'],
    },
    {
      desc: 'holes that share a byte',
      entry: withHoles(20, { timestamp: 4, index: 11 }),
      want: ['index_offset', 'the index hole overlaps the timestamp hole'],
    },
    {
      desc: 'holes that share a byte, the index first',
      entry: withHoles(20, { timestamp: 4, index: 0 }),
      want: ['index_offset', 'the index hole overlaps the timestamp hole'],
    },
  ];
  for (const { desc, entry, want } of wrong) {
    it(`refuses ${desc}, and says where`, () => {
      const [field, description] = want;
      assert.deepEqual(entryViolations(entry, 'entries[7]'), [{ field: `entries[7].${field}`, description }]);
    });
  }

  it('names everything that is wrong with an entry', () => {
    const entry = {
      ...plainEntry(new Uint8Array()),
      leafPrefix: new Uint8Array(65),
      holes: { timestamp: 0, index: 0 },
    };
    const fields = entryViolations(entry, 'e').map(({ field }) => field);
    assert.deepEqual(fields, ['e.leaf_prefix', 'e.data', 'e.timestamp_offset', 'e.index_offset', 'e.index_offset']);
  });
});

describe('entryIdentity()', () => {
  it('is SHA-256 of leaf prefix and data, whatever the trailer', () => {
    const entry: Entry = { ...plainEntry(utf8('bc')), leafPrefix: utf8('a') };
    const withTrailer: Entry = { ...entry, trailer: utf8('d') };
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.equal(toHex(entryIdentity(nobleHasher, entry)), abc);
    assert.equal(toHex(entryIdentity(nobleHasher, withTrailer)), abc);
  });

  it('can be told again from a stamped entry and its holes', () => {
    fc.assert(
      fc.property(anyEntry, anyStamp, (entry, stamp) => {
        const { leafPrefix, data, holes } = stampEntry(nobleHasher, entry, stamp);
        const told = entryIdentity(nobleHasher, { leafPrefix, data: unstampedData(data, holes) });
        assert.deepEqual(told, entryIdentity(nobleHasher, entry));
      }),
    );
  });
});

describe('stampEntry()', () => {
  it('writes the timestamp in 8 bytes and the index in 5, big-endian', () => {
    const entry = { ...withHoles(15, { timestamp: 1, index: 10 }) };
    entry.data.set([0xaa], 0);
    entry.data.set([0xbb], 9);
    const stamp = { index: leafIndex(0x0102030405), timestamp: timestampMs(0x1122334455667) };
    assert.equal(toHex(stampEntry(nobleHasher, entry, stamp).data), 'aa0001122334455667bb0102030405');
  });

  it('writes the greatest index and the greatest timestamp', () => {
    const stamp = { index: leafIndex(LEAF_INDEX_LIMIT - 1), timestamp: timestampMs(Number.MAX_SAFE_INTEGER) };
    const { data } = stampEntry(nobleHasher, withHoles(13, { timestamp: 0, index: 8 }), stamp);
    assert.equal(toHex(data), '001fffffffffffffffffffffff');
  });

  it('hashes the leaf prefix and the stamped data', () => {
    fc.assert(
      fc.property(anyEntry, anyStamp, (entry, stamp) => {
        const stamped = stampEntry(nobleHasher, entry, stamp);
        const want = nobleHasher.sha256(concatBytes(Uint8Array.of(0), entry.leafPrefix, stamped.data));
        assert.deepEqual(stamped.leafHash, want);
        assert.deepEqual({ index: stamped.index, timestamp: stamped.timestamp }, stamp);
      }),
    );
  });

  it('changes nothing outside the holes, and nothing of what it was given', () => {
    fc.assert(
      fc.property(anyEntry, anyStamp, (entry, stamp) => {
        const before = new Uint8Array(entry.data);
        const stamped = stampEntry(nobleHasher, entry, stamp);
        const data = new Uint8Array(stamped.data);
        assert.deepEqual(unstampedData(stamped.data, entry.holes), before);
        assert.ok(equalBytes(entry.data, before));
        assert.ok(equalBytes(stamped.data, data));
      }),
    );
  });
});

describe('bytes that are a Buffer, whose own slice() would be a view', () => {
  const holes = { timestamp: 0, index: 8 };

  it('stay as they are when an entry is stamped', () => {
    const data = Buffer.alloc(13);
    stampEntry(nobleHasher, { ...plainEntry(data), holes }, { index: leafIndex(7), timestamp: timestampMs(9) });
    assert.ok(data.every((byte) => byte === 0));
  });

  it('stay as they are when their identity is told again', () => {
    const data = Buffer.alloc(13, 1);
    assert.ok(unstampedData(data, holes).every((byte) => byte === 0));
    assert.ok(data.every((byte) => byte === 1));
  });
});

describe('entrySizeBytes()', () => {
  it('counts leaf prefix, data and trailer', () => {
    assert.equal(entrySizeBytes({ leafPrefix: utf8('a'), data: utf8('bb'), trailer: utf8('cccc'), holes: {} }), 7);
  });
});
