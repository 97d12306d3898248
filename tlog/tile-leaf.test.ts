import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { concatBytes, fromHex, toHex } from './bytes.js';
import { sha256Of } from './hash.js';
import { LEAF_INDEX_LIMIT, leafIndex, timestampMs } from './scalars.js';
import {
  decodeDataTile,
  decodeTileLeaf,
  decodeTimestampedEntry,
  encodeMerkleTreeLeaf,
  encodeTileLeafTrailer,
  encodeTimestampedEntry,
  indexHoleOffset,
  MERKLE_TREE_LEAF_PREFIX,
  TIMESTAMP_HOLE_OFFSET,
  type SignedEntry,
  type TimestampedEntry,
} from './tile-leaf.js';
import { createReader, u16, u40, u64 } from './tls.js';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(sha256Of);
const der = fc.uint8Array({ minLength: 1, maxLength: 300 });
const signedEntry = fc.oneof(
  fc.record({ type: fc.constant('certificate' as const), certificate: der }, { noNullPrototype: true }),
  fc.record({ type: fc.constant('precertificate' as const), issuerKeyHash: hash, tbs: der }, { noNullPrototype: true }),
);
const anyEntry: fc.Arbitrary<TimestampedEntry> = fc.record(
  {
    timestamp: fc.maxSafeNat().map(timestampMs),
    index: fc.maxSafeNat().map((n) => leafIndex(n % LEAF_INDEX_LIMIT)),
    signedEntry,
  },
  { noNullPrototype: true },
);
/** An entry with what belongs to it in a data tile. */
const anyLeaf = fc.tuple(anyEntry, der, fc.array(hash, { maxLength: 5 })).map(([entry, submitted, fingerprints]) => {
  const extra = entry.signedEntry.type === 'precertificate' ? { preCertificate: submitted } : {};
  const timestampedEntryBytes = encodeTimestampedEntry(entry);
  const bytes = concatBytes(timestampedEntryBytes, encodeTileLeafTrailer({ ...extra, fingerprints }));
  return { bytes, timestampedEntryBytes, entry, ...extra, fingerprints };
});

const certificate: SignedEntry = { type: 'certificate', certificate: fromHex('3000') };
const small: TimestampedEntry = { timestamp: timestampMs(0x0102), index: leafIndex(0x0304), signedEntry: certificate };
const smallHex = '0000000000000102' + '0000' + '000002' + '3000' + '0008' + '000005' + '0000000304';

describe('encodeTimestampedEntry()', () => {
  it('is timestamp, type, certificate and leaf index', () => {
    assert.equal(toHex(encodeTimestampedEntry(small)), smallHex);
  });

  it('is timestamp, type, issuer key hash, TBSCertificate and leaf index', () => {
    const issuerKeyHash = sha256Of(new Uint8Array(32).fill(0xaa));
    const entry: TimestampedEntry = {
      ...small,
      signedEntry: { type: 'precertificate', issuerKeyHash, tbs: fromHex('3001ff') },
    };
    const want = '0000000000000102' + '0001' + 'aa'.repeat(32) + '000003' + '3001ff' + '0008' + '000005' + '0000000304';
    assert.equal(toHex(encodeTimestampedEntry(entry)), want);
  });

  it('has its holes where it says', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const zeros = { ...entry, timestamp: timestampMs(0), index: leafIndex(0) };
        const bytes = encodeTimestampedEntry(zeros);
        bytes.set(u64(entry.timestamp), TIMESTAMP_HOLE_OFFSET);
        bytes.set(u40(entry.index), indexHoleOffset(bytes.length));
        assert.deepEqual(bytes, encodeTimestampedEntry(entry));
      }),
    );
  });

  it('refuses an empty certificate and one that is too large', () => {
    const withCertificate = (bytes: Uint8Array): TimestampedEntry => ({
      ...small,
      signedEntry: { type: 'certificate', certificate: bytes },
    });
    refuses(
      'out-of-range',
      () => encodeTimestampedEntry(withCertificate(new Uint8Array())),
      'certificate: got 0 bytes, want at least 1',
    );
    refuses(
      'out-of-range',
      () => encodeTimestampedEntry(withCertificate(new Uint8Array(2 ** 24))),
      /^u24: got 16777216/,
    );
  });
});

describe('encodeMerkleTreeLeaf()', () => {
  it('is 00 00 and the TimestampedEntry', () => {
    assert.equal(toHex(MERKLE_TREE_LEAF_PREFIX), '0000');
    assert.equal(toHex(encodeMerkleTreeLeaf(small)), `0000${smallHex}`);
  });
});

describe('decodeTimestampedEntry()', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => assert.deepEqual(decodeTimestampedEntry(encodeTimestampedEntry(entry)), entry)),
    );
  });

  it('takes extensions that it does not know', () => {
    const bytes = fromHex(
      '0000000000000102' + '0000' + '000002' + '3000' + '000b' + '090000' + '000005' + '0000000304',
    );
    assert.deepEqual(decodeTimestampedEntry(bytes), small);
  });

  it('refuses whatever breaks off', () => {
    const bytes = fromHex(smallHex);
    for (let length = 0; length < bytes.length; length++) {
      refuses('malformed', () => decodeTimestampedEntry(bytes.subarray(0, length)));
    }
  });

  it('says what is wrong and where', () => {
    const begin = '0000000000000102';
    const table = [
      {
        desc: 'a byte too many',
        hex: `${smallHex}00`,
        want: 'TimestampedEntry at byte 25: got 1 more bytes, want the end',
      },
      {
        desc: 'an unknown type',
        hex: `${begin}0002${smallHex.slice(20)}`,
        want: 'entry type at byte 8: got 2, want 0 or 1',
      },
      {
        desc: 'no certificate',
        hex: `${begin}0000000000`,
        want: 'certificate at byte 10: got 0 bytes, want at least 1',
      },
      {
        desc: 'a certificate cut short',
        hex: `${begin}0000000003ffff`,
        want: 'vector at byte 10: got 2 bytes, want 3 bytes',
      },
      {
        desc: 'no TBSCertificate',
        hex: `${begin}0001${'aa'.repeat(32)}000000`,
        want: 'TBSCertificate at byte 42: got 0 bytes, want at least 1',
      },
      {
        desc: 'half an issuer key hash',
        hex: `${begin}0001${'aa'.repeat(16)}`,
        want: 'fixed-length field at byte 10: got 16 bytes, want 32 bytes',
      },
      {
        desc: 'no leaf index',
        hex: `${smallHex.slice(0, 30)}0000`,
        want: 'SCT extensions: got no leaf_index, want a leaf_index of 5 bytes',
      },
    ];
    for (const { desc, hex, want } of table) {
      assert.throws(() => decodeTimestampedEntry(fromHex(hex)), { name: 'TlogError', message: want }, desc);
    }
    refuses('out-of-range', () => decodeTimestampedEntry(fromHex(`ff${smallHex.slice(2)}`)), /^u64 at byte 0/);
  });
});

describe('decodeTileLeaf()', () => {
  it('gives back what was encoded, with the bytes that are hashed', () => {
    fc.assert(fc.property(anyLeaf, (leaf) => assert.deepEqual(decodeTileLeaf(leaf.bytes), leaf)));
  });

  it('goes on where a reader stands, and leaves the rest to it', () => {
    fc.assert(
      fc.property(anyLeaf, anyLeaf, (first, second) => {
        const reader = createReader(concatBytes(first.bytes, second.bytes, Uint8Array.of(7)));
        assert.deepEqual(decodeTileLeaf(reader), first);
        assert.deepEqual(decodeTileLeaf(reader), second);
        assert.equal(reader.remaining, 1);
      }),
    );
  });

  it('refuses what is no TileLeaf', () => {
    const bytes = concatBytes(encodeTimestampedEntry(small), encodeTileLeafTrailer({ fingerprints: [] }));
    decodeTileLeaf(bytes);
    refuses(
      'malformed',
      () => decodeTileLeaf(concatBytes(bytes, Uint8Array.of(0))),
      'TileLeaf at byte 27: got 1 more bytes, want the end',
    );
    const half = concatBytes(encodeTimestampedEntry(small), u16(33), new Uint8Array(33));
    refuses(
      'malformed',
      () => decodeTileLeaf(half),
      'certificate chain at byte 25: got 33 bytes, want a multiple of 32',
    );
  });
});

describe('decodeDataTile()', () => {
  it('gives back up to 256 entries', () => {
    fc.assert(
      fc.property(fc.array(anyLeaf, { minLength: 1, maxLength: 20 }), (leaves) => {
        assert.deepEqual(decodeDataTile(concatBytes(...leaves.map(({ bytes }) => bytes))), leaves);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses an empty one and one that is too wide', () => {
    const bytes = concatBytes(encodeTimestampedEntry(small), encodeTileLeafTrailer({ fingerprints: [] }));
    refuses('malformed', () => decodeDataTile(new Uint8Array()), 'data tile: got no entries, want 1 to 256');
    const full = concatBytes(...Array<Uint8Array>(256).fill(bytes));
    assert.equal(decodeDataTile(full).length, 256);
    refuses('malformed', () => decodeDataTile(concatBytes(full, bytes)), /^data tile after 256 entries at byte 6912/);
  });
});

describe('encodeTileLeafTrailer()', () => {
  it('refuses fingerprints that are no hashes, and more than fit', () => {
    refuses('out-of-range', () => encodeTileLeafTrailer({ fingerprints: [new Uint8Array(20)] }));
    const many = Array<Uint8Array>(2048).fill(new Uint8Array(32));
    assert.equal(encodeTileLeafTrailer({ fingerprints: many.slice(1) }).length, 2 + 2047 * 32);
    refuses('out-of-range', () => encodeTileLeafTrailer({ fingerprints: many }));
  });
});
