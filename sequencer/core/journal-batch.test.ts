import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyEntry, stampedEntries } from '../../test/sequencer/entries.js';
import { concatBytes, fromHex, toHex } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { LEAF_INDEX_LIMIT, leafIndex, timestampMs } from '../../tlog/scalars.js';
import { stampEntry, type StampedEntry } from './entry.js';
import { batchSizeBytes, decodeJournalBatch, encodeJournalBatch, type JournalBatch } from './journal-batch.js';
import { epoch } from './object-names.js';

const WRITER = fromHex('000102030405060708090a0b0c0d0e0f');

const small: JournalBatch = {
  epoch: epoch(2),
  timestamp: timestampMs(1_000),
  writer: WRITER,
  entries: stampedEntries(7, 2),
};

const anyBatch: fc.Arbitrary<JournalBatch> = fc
  .record({
    epochNumber: fc.integer({ min: 1, max: 10 ** 10 - 1 }),
    timestamp: fc.maxSafeNat().map(timestampMs),
    first: fc.maxSafeNat().map((n) => n % (LEAF_INDEX_LIMIT - 10)),
    writer: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    unstamped: fc.array(anyEntry, { minLength: 1, maxLength: 5 }),
  })
  .map(({ epochNumber, timestamp, first, writer, unstamped }) => {
    const entries = unstamped.map((entry, i) =>
      stampEntry(nobleHasher, entry, { index: leafIndex(first + i), timestamp }),
    );
    return { epoch: epoch(epochNumber), timestamp, writer, entries };
  });

/** The same with its bytes in arrays of one kind, for comparison. */
function plain(batch: JournalBatch): unknown {
  const entries = batch.entries.map((entry) => ({
    ...entry,
    leafPrefix: toHex(entry.leafPrefix),
    data: toHex(entry.data),
    trailer: toHex(entry.trailer),
    leafHash: toHex(entry.leafHash),
  }));
  return { ...batch, writer: toHex(batch.writer), entries };
}

/** Replaces bytes of a batch and makes the checksum anew, as only a writer would. */
function forged(at: number, bytes: Uint8Array): Uint8Array {
  const encoded = encodeJournalBatch(nobleHasher, small);
  encoded.set(bytes, at);
  const body = encoded.subarray(0, -32);
  return concatBytes(body, nobleHasher.sha256(body));
}

describe('a journal batch', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const decoded = decodeJournalBatch(nobleHasher, encodeJournalBatch(nobleHasher, batch));
        assert.deepEqual(plain(decoded), plain(batch));
      }),
    );
  });

  it('is header, entries and checksum, byte for byte, for ever', () => {
    const body = [
      '414e44414a524e31', // ANDAJRN1
      '01',
      '0000000000000002',
      '0000000000000007',
      '00000000000003e8',
      '000102030405060708090a0b0c0d0e0f',
      '00000002',
      'ffffffff' + 'ffffffff' + '00000000' + '00000003' + '00000000' + '000007',
      'ffffffff' + 'ffffffff' + '00000000' + '00000003' + '00000000' + '000008',
    ].join('');
    const want = body + toHex(nobleHasher.sha256(fromHex(body)));
    assert.equal(toHex(encodeJournalBatch(nobleHasher, small)), want);
  });

  it('is refused when any bit of it is another', () => {
    const encoded = encodeJournalBatch(nobleHasher, small);
    for (let at = 0; at < encoded.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = encoded.slice();
        damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
        assert.throws(() => decodeJournalBatch(nobleHasher, damaged), RangeError, `bit ${bit} of byte ${at}`);
      }
    }
  });

  it('is refused when it is cut anywhere, or goes on', () => {
    const encoded = encodeJournalBatch(nobleHasher, small);
    for (let length = 0; length < encoded.length; length++) {
      assert.throws(() => decodeJournalBatch(nobleHasher, encoded.subarray(0, length)), RangeError, `${length} bytes`);
    }
    assert.throws(() => decodeJournalBatch(nobleHasher, concatBytes(encoded, Uint8Array.of(0))), RangeError);
  });

  const forgeries: { desc: string; at: number; hex: string; want: RegExp }[] = [
    { desc: 'another format', at: 7, hex: '32', want: /these are not the first bytes of a batch/ },
    { desc: 'a kind that is not known', at: 8, hex: '02', want: /kind 2 is not known; a batch is 1/ },
    { desc: 'epoch 0', at: 9, hex: '0000000000000000', want: /an epoch is an integer in \[1, 10\^10\), got 0/ },
    { desc: 'an index of 2^40', at: 17, hex: '0000010000000000', want: /leaf index: got 1099511627776/ },
    { desc: 'a last index of 2^40', at: 17, hex: '000000ffffffffff', want: /leaf index: got 1099511627776/ },
    { desc: 'a timestamp of 2^63', at: 25, hex: '8000000000000000', want: /u64 at byte 25/ },
    { desc: 'no entries', at: 49, hex: '00000000', want: /the batch has no entries/ },
    { desc: 'an entry less than there are', at: 49, hex: '00000001', want: /a journal batch at byte 76: got 23 more/ },
    { desc: 'an entry more than there are', at: 49, hex: '00000003', want: /u16 at byte 99: got 0 bytes/ },
    { desc: 'data longer than the batch', at: 65, hex: 'ffffffff', want: /got 26 bytes, want 4294967295 bytes/ },
  ];
  for (const { desc, at, hex, want } of forgeries) {
    it(`is refused with ${desc}, even when the checksum is right`, () => {
      assert.throws(() => decodeJournalBatch(nobleHasher, forged(at, fromHex(hex))), want);
    });
  }
});

describe('encodeJournalBatch()', () => {
  const [first, second] = small.entries as [StampedEntry, StampedEntry];
  const wrong: { desc: string; batch: JournalBatch; want: RegExp }[] = [
    { desc: 'no entries', batch: { ...small, entries: [] }, want: /at least one entry/ },
    {
      desc: 'a gap',
      batch: { ...small, entries: [first, ...stampedEntries(9, 1)] },
      want: /^RangeError: entry 9 of 1000 stands where 8 of 1000 belongs$/,
    },
    {
      desc: 'two orders',
      batch: { ...small, entries: [second, first] },
      want: /entry 7 of 1000 stands where 9 of 1000/,
    },
    {
      desc: 'two timestamps',
      batch: { ...small, entries: [first, ...stampedEntries(8, 1, 2_000)] },
      want: /entry 8 of 2000 stands where 8 of 1000/,
    },
    {
      desc: 'another timestamp than its entries',
      batch: { ...small, timestamp: timestampMs(9) },
      want: /entry 7 of 1000 stands where 7 of 9/,
    },
    {
      desc: 'a writer of 15 bytes',
      batch: { ...small, writer: new Uint8Array(15) },
      want: /a writer has 16 bytes, got 15/,
    },
  ];
  for (const { desc, batch, want } of wrong) {
    it(`refuses ${desc}: it would be read back as something else`, () => {
      assert.throws(() => encodeJournalBatch(nobleHasher, batch), want);
    });
  }
});

describe('batchSizeBytes()', () => {
  it('is what its entries count', () => {
    assert.equal(batchSizeBytes(small), 6);
  });
});
