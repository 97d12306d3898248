import { createHash, hash } from 'node:crypto';
import { createHasher, type Hasher } from '../tlog/hash.js';

/**
 * Up to this many bytes, gathering the parts and hashing them in one call is faster than feeding a hash object.
 *
 * Measured with Node.js 20 on x86-64: 65 bytes in three parts 0.88 µs against 1.22 µs (and 1.66 µs with @noble/hashes),
 * 1,100 bytes 1.47 µs against 1.90 µs (8.7 µs), 4,000 bytes 3.2 µs against 3.5 µs (29 µs).
 */
const ONE_SHOT_MAX_BYTES = 4_096;

/** Where the parts of one message are gathered. Shared by all calls, since none of them waits. */
const gathered = Buffer.alloc(ONE_SHOT_MAX_BYTES);

/** SHA-256 by OpenSSL. */
export const nativeHasher: Hasher = createHasher((parts) => {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return size <= ONE_SHOT_MAX_BYTES ? hashGathered(parts, size) : hashFed(parts);
});

function hashGathered(parts: readonly Uint8Array[], size: number): Uint8Array {
  let offset = 0;
  for (const part of parts) {
    gathered.set(part, offset);
    offset += part.length;
  }
  return hash('sha256', gathered.subarray(0, size), 'buffer');
}

function hashFed(parts: readonly Uint8Array[]): Uint8Array {
  const object = createHash('sha256');
  for (const part of parts) object.update(part);
  return object.digest();
}
