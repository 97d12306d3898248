import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyEntry, anyStamp, plainEntry } from '../../test/sequencer/entries.js';
import { refuses } from '../../test/refuses.js';
import { concatBytes, toHex } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import { stampEntry } from './entry.js';
import { decodeStampPage, encodeStamp, STAMP_SIZE_BYTES } from './stamp-page.js';

describe('a stamp page', () => {
  it('tells when each entry was stamped, and its holes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyEntry, anyStamp), { maxLength: 10 }), (pairs) => {
        const entries = pairs.map(([entry, stamp]) => stampEntry(nobleHasher, entry, stamp));
        const page = concatBytes(...entries.map(encodeStamp));
        assert.equal(page.length, entries.length * STAMP_SIZE_BYTES);
        const want = entries.map(({ timestamp, holes }) => ({ timestamp, holes }));
        assert.deepEqual(decodeStampPage(page), want);
      }),
    );
  });

  it('is timestamp and offsets, byte for byte, for ever', () => {
    const entry = { ...plainEntry(new Uint8Array(70_000)), holes: { timestamp: 65_537 } };
    const stamped = stampEntry(nobleHasher, entry, { index: leafIndex(1), timestamp: timestampMs(1_000) });
    assert.equal(toHex(encodeStamp(stamped)), '00000000000003e8' + '00010001' + 'ffffffff');
  });

  it('is refused when the last stamp is not whole', () => {
    refuses('malformed', () => decodeStampPage(new Uint8Array(17)), /^u64 at byte 16: got 1 bytes, want 8 bytes$/);
  });

  it('is refused with a timestamp that no number holds', () => {
    refuses('out-of-range', () => decodeStampPage(new Uint8Array(16).fill(0xff)));
  });
});
