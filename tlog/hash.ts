import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { TlogError } from './error.js';

/** A SHA-256 hash: 32 bytes. */
export type Sha256 = Uint8Array & { readonly brand: 'Sha256' };

/** The size of a hash, in bytes. Source: FIPS 180-4. */
export const SHA256_SIZE_BYTES = 32;

/** The three hashes of a transparency log. Every result is a new array. Source: RFC 6962, 2.1. */
export interface Hasher {
  /** SHA-256 of the parts, one after the other. */
  sha256(...parts: Uint8Array[]): Sha256;
  /** The hash of a leaf: SHA-256(00 ‖ parts). */
  leaf(...parts: Uint8Array[]): Sha256;
  /** The hash of an inner node: SHA-256(01 ‖ left ‖ right), both 32 bytes. @throws TlogError out-of-range */
  node(left: Uint8Array, right: Uint8Array): Sha256;
}

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = 0x01;

/** Says that `bytes` are a hash: checks the length, and copies nothing. @throws TlogError out-of-range */
export function sha256Of(bytes: Uint8Array): Sha256 {
  if (bytes.length === SHA256_SIZE_BYTES) return bytes as Sha256;
  throw new TlogError({
    code: 'out-of-range',
    what: 'SHA-256 hash',
    got: `${bytes.length} bytes`,
    want: `${SHA256_SIZE_BYTES} bytes`,
  });
}

/**
 * Makes a Hasher of a SHA-256 implementation, which gets the parts of one message and answers with 32 new bytes.
 * It must not keep or change the parts: node() gives it the same 65 bytes every time, as allocating them would be a
 * good part of the cost of a node.
 */
export function createHasher(sha256: (parts: readonly Uint8Array[]) => Uint8Array): Hasher {
  const message = new Uint8Array(1 + 2 * SHA256_SIZE_BYTES);
  const messageParts = [message];
  message[0] = NODE_PREFIX;
  return {
    sha256: (...parts) => sha256Of(sha256(parts)),
    leaf: (...parts) => sha256Of(sha256([LEAF_PREFIX, ...parts])),
    node(left, right) {
      message.set(sha256Of(left), 1);
      message.set(sha256Of(right), 1 + SHA256_SIZE_BYTES);
      return sha256Of(sha256(messageParts));
    },
  };
}

/** The Hasher in JavaScript, for browsers and wherever no native one is injected. */
export const nobleHasher: Hasher = createHasher((parts) => {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return nobleSha256(only);
  const hash = nobleSha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
});

/** The root of the tree without leaves: SHA-256 of nothing. Source: RFC 6962, 2.1. */
export const EMPTY_ROOT: Sha256 = nobleHasher.sha256();
