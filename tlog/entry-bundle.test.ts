import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { concatBytes, fromHex, toHex } from './bytes.js';
import { decodeEntryBundle, encodeBundleEntry, ENTRY_SIZE_MAX_BYTES } from './entry-bundle.js';

const anyEntries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });

describe('encodeBundleEntry()', () => {
  it('puts the length before the data', () => {
    assert.equal(toHex(encodeBundleEntry(fromHex('aabbcc'))), '0003aabbcc');
    assert.equal(toHex(encodeBundleEntry(new Uint8Array())), '0000');
  });

  it('refuses an entry that is too large', () => {
    assert.equal(encodeBundleEntry(new Uint8Array(ENTRY_SIZE_MAX_BYTES)).length, 65_537);
    const message = 'entry: got 65536 bytes, want at most 65535';
    refuses('out-of-range', () => encodeBundleEntry(new Uint8Array(ENTRY_SIZE_MAX_BYTES + 1)), message);
  });
});

describe('decodeEntryBundle()', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        assert.deepEqual(decodeEntryBundle(concatBytes(...entries.map(encodeBundleEntry))), entries);
      }),
    );
  });

  it('gives views', () => {
    const bundle = fromHex('0001aa');
    const [entry] = decodeEntryBundle(bundle);
    bundle[2] = 0xbb;
    assert.deepEqual(entry, Uint8Array.of(0xbb));
  });

  it('refuses a bundle that breaks off, is empty or too wide', () => {
    refuses(
      'malformed',
      () => decodeEntryBundle(fromHex('0001aa0002bb')),
      'vector at byte 3: got 1 bytes, want 2 bytes',
    );
    refuses('malformed', () => decodeEntryBundle(fromHex('0001aa00')), 'u16 at byte 3: got 1 bytes, want 2 bytes');
    refuses('malformed', () => decodeEntryBundle(new Uint8Array()), 'entry bundle: got no entries, want 1 to 256');
    assert.equal(decodeEntryBundle(new Uint8Array(512)).length, 256);
    refuses('malformed', () => decodeEntryBundle(new Uint8Array(514)), /^entry bundle after 256 entries at byte 512/);
  });
});
