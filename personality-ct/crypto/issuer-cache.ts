import { LRUCache } from 'lru-cache';
import type { Hasher } from '../../tlog/hash.js';
import { byteString } from '../core/byte-string.js';
import { issuerFrom, type Issuer, type ReadIssuer } from '../core/issuer.js';

/**
 * How much certificates the cache keeps, in bytes of DER: some 3,500 of them. What is read from each takes 7 KB more,
 * so together they take 28 MB.
 */
const ISSUERS_SIZE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads issuers, and keeps what it has read under the hash of all their bytes: a few hundred intermediates and roots
 * stand above all leaves. The bytes are copied first, so that an issuer does not keep the body in memory with which it
 * came in.
 */
export function createIssuerCache(hasher: Hasher, options: { readonly issuersSizeMaxBytes?: number } = {}): ReadIssuer {
  const issuers = new LRUCache<string, Issuer>({
    maxSize: options.issuersSizeMaxBytes ?? ISSUERS_SIZE_MAX_BYTES,
    sizeCalculation: ({ der }) => der.length,
  });
  return (der) => {
    const fingerprint = hasher.sha256(der);
    const key = byteString(fingerprint);
    const known = issuers.get(key);
    if (known !== undefined) return known;
    const issuer = issuerFrom(hasher, Uint8Array.from(der), fingerprint);
    issuers.set(key, issuer);
    return issuer;
  };
}
