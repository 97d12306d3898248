import assert from 'node:assert/strict';
import { byteString } from './byte-string.js';

describe('byteString()', () => {
  it('has one character for each byte, and another one for another byte', () => {
    for (const length of [1, 8, 9, 10_000]) {
      const strings = Array.from({ length: 256 }, (_, byte) => byteString(new Uint8Array(length).fill(byte)));
      assert.equal(new Set(strings).size, 256);
      assert.ok(strings.every((string) => string.length === length));
    }
  });
});
