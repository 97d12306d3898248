import fc from 'fast-check';
import assert from 'node:assert/strict';
import { nobleHasher } from '../tlog/hash.js';
import { nativeHasher } from './native-hasher.js';

describe('nativeHasher', () => {
  it('agrees with the hasher in JavaScript, however the message is cut', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, (message) => {
        assert.deepEqual(Buffer.from(nativeHasher.sha256(...message)), Buffer.from(nobleHasher.sha256(...message)));
        assert.deepEqual(Buffer.from(nativeHasher.leaf(...message)), Buffer.from(nobleHasher.leaf(...message)));
      }),
    );
  });

  it('agrees on both sides of the size up to which it hashes in one call', () => {
    for (const size of [0, 1, 4_095, 4_096, 4_097, 100_000]) {
      const message = new Uint8Array(size).fill(7);
      assert.deepEqual(Buffer.from(nativeHasher.sha256(message)), Buffer.from(nobleHasher.sha256(message)));
    }
  });

  it('answers with a hash of its own each time', () => {
    const first = nativeHasher.sha256(Uint8Array.of(1));
    const kept = Uint8Array.from(first);
    nativeHasher.sha256(Uint8Array.of(2));
    assert.deepEqual(Uint8Array.from(first), kept);
  });
});
