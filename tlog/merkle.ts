import { EMPTY_ROOT, sha256Of, SHA256_SIZE_BYTES, type Hasher, type Sha256 } from './hash.js';
import { TlogError } from './error.js';

/** The root of the tree over these leaf hashes. Source: RFC 6962, 2.1, MTH(). @throws TlogError out-of-range for one that is not 32 bytes */
export function rootOf(hasher: Hasher, leafHashes: readonly Uint8Array[]): Sha256 {
  const joined = new Uint8Array(leafHashes.length * SHA256_SIZE_BYTES);
  leafHashes.forEach((hash, i) => joined.set(sha256Of(hash), i * SHA256_SIZE_BYTES));
  return rootOfHashes(hasher, joined);
}

/**
 * The root of the tree over hashes that lie one after the other, as in a tile. They may be those of leaves, or of
 * equally large perfect subtrees, of which the last may also be smaller or ragged. `hashes`: n · 32 bytes.
 * @throws TlogError malformed
 */
export function rootOfHashes(hasher: Hasher, hashes: Uint8Array): Sha256 {
  if (hashes.length % SHA256_SIZE_BYTES !== 0) {
    const want = `a multiple of ${SHA256_SIZE_BYTES}`;
    throw new TlogError({ code: 'malformed', what: 'hashes', got: `${hashes.length} bytes`, want });
  }
  if (hashes.length === 0) return EMPTY_ROOT.slice() as Sha256;
  if (hashes.length === SHA256_SIZE_BYTES) return hashes.slice() as Sha256;
  return sha256Of(subtreeRoot(hasher, hashes));
}

function subtreeRoot(hasher: Hasher, hashes: Uint8Array): Uint8Array {
  if (hashes.length === SHA256_SIZE_BYTES) return hashes;
  const split = splitPoint(hashes.length / SHA256_SIZE_BYTES) * SHA256_SIZE_BYTES;
  return hasher.node(subtreeRoot(hasher, hashes.subarray(0, split)), subtreeRoot(hasher, hashes.subarray(split)));
}

/** The greatest power of two less than n, for n > 1: the left part of a tree of n leaves. Source: RFC 6962, 2.1, k. */
export function splitPoint(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}
