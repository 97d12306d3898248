import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { fromHex, toBase64, toHex } from './bytes.js';
import { LEAF_INDEX_LIMIT, leafIndex } from './scalars.js';
import { decodeSctExtensions, encodeSctExtensions } from './sct-extensions.js';

describe('encodeSctExtensions()', () => {
  it('is the eight bytes that are known for index 0', () => {
    assert.equal(toBase64(encodeSctExtensions(leafIndex(0))), 'AAAFAAAAAAA=');
    assert.equal(toHex(encodeSctExtensions(leafIndex(LEAF_INDEX_LIMIT - 1))), '000005ffffffffff');
  });
});

describe('decodeSctExtensions()', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (n) => {
        const index = leafIndex(n % LEAF_INDEX_LIMIT);
        assert.equal(decodeSctExtensions(encodeSctExtensions(index)), index);
      }),
    );
  });

  it('ignores what it does not know, before and after', () => {
    assert.equal(decodeSctExtensions(fromHex('070002aabb 0000050000000009 080000'.replaceAll(' ', ''))), 9);
  });

  it('refuses a leaf_index that is missing, doubled or of another length', () => {
    const table = [
      { hex: '', want: 'SCT extensions: got no leaf_index, want a leaf_index of 5 bytes' },
      { hex: '070000', want: 'SCT extensions: got no leaf_index, want a leaf_index of 5 bytes' },
      { hex: '00000400000000', want: 'SCT extensions: got a leaf_index of 4 bytes, want a leaf_index of 5 bytes' },
      { hex: '000006000000000000', want: 'SCT extensions: got a leaf_index of 6 bytes, want a leaf_index of 5 bytes' },
      {
        hex: '00000500000000090000050000000009',
        want: 'SCT extensions at byte 8: got a second extension of type 0, want one of each type',
      },
      { hex: '0000050000000009070000070000', want: /got a second extension of type 7/ },
      { hex: '00000500000009', want: 'vector at byte 1: got 4 bytes, want 5 bytes' },
      { hex: '000005000000000907', want: 'u16 at byte 9: got 0 bytes, want 2 bytes' },
    ];
    for (const { hex, want } of table) refuses('malformed', () => decodeSctExtensions(fromHex(hex)), want);
  });
});
