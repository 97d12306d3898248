import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { fromHex, toHex } from './bytes.js';
import { createHasher, EMPTY_ROOT, nobleHasher, sha256Of } from './hash.js';

const parts = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });

function nativeSha256(...pieces: readonly Uint8Array[]): Uint8Array {
  const digest = createHash('sha256');
  for (const piece of pieces) digest.update(piece);
  return new Uint8Array(digest.digest());
}

describe('nobleHasher', () => {
  it('hashes as Node.js does, with the prefixes of RFC 6962', () => {
    fc.assert(
      fc.property(parts, hash, hash, (pieces, left, right) => {
        assert.deepEqual(nobleHasher.sha256(...pieces), nativeSha256(...pieces));
        assert.deepEqual(nobleHasher.leaf(...pieces), nativeSha256(Uint8Array.of(0), ...pieces));
        assert.deepEqual(nobleHasher.node(left, right), nativeSha256(Uint8Array.of(1), left, right));
      }),
    );
  });

  it('gives the published hash of "abc"', () => {
    const want = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.equal(toHex(nobleHasher.sha256(fromHex('6162'), fromHex('63'))), want);
  });

  it('refuses children that are no hashes', () => {
    const good = new Uint8Array(32);
    refuses('out-of-range', () => nobleHasher.node(good, new Uint8Array(31)));
    refuses('out-of-range', () => nobleHasher.node(new Uint8Array(33), good));
  });
});

describe('createHasher()', () => {
  it('makes nodes of which none changes an earlier one', () => {
    const hasher = createHasher((pieces) => nativeSha256(...pieces));
    const zero = new Uint8Array(32);
    const first = hasher.node(zero, zero);
    const copy = first.slice();
    assert.deepEqual(hasher.node(first, zero), nobleHasher.node(copy, zero));
    assert.deepEqual(first, copy);
  });

  it('refuses a function whose result is no SHA-256', () => {
    const hasher = createHasher(() => new Uint8Array(20));
    refuses('out-of-range', () => hasher.sha256(), 'SHA-256 hash: got 20 bytes, want 32 bytes');
  });
});

describe('EMPTY_ROOT', () => {
  it('is the hash of nothing', () => {
    assert.equal(toHex(EMPTY_ROOT), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});

describe('sha256Of()', () => {
  it('takes 32 bytes as they are, and nothing else', () => {
    const bytes = new Uint8Array(32);
    assert.equal(sha256Of(bytes), bytes);
    for (const length of [0, 31, 33]) refuses('out-of-range', () => sha256Of(new Uint8Array(length)));
  });
});
