import { createHash } from 'node:crypto';

/**
 * The definitions of RFC 6962, 2.1, written down as they stand there, without regard to speed: what tlog/ computes is
 * compared with them. They share no code with it. D is a list of leaves, not of their hashes.
 */
type Data = readonly Uint8Array[];

/** MTH({}) = SHA-256(); MTH({d(0)}) = SHA-256(0x00 || d(0)); MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])). */
export function MTH(D: Data): Uint8Array {
  const [first] = D;
  if (first === undefined) return SHA256();
  if (D.length === 1) return SHA256(Uint8Array.of(0x00), first);
  const k = largestPowerOfTwoSmallerThan(D.length);
  return SHA256(Uint8Array.of(0x01), MTH(D.slice(0, k)), MTH(D.slice(k)));
}

/** PATH(0, {d(0)}) = {}; PATH(m, D[n]) = PATH(m, D[0:k]) : MTH(D[k:n]) for m < k; PATH(m - k, D[k:n]) : MTH(D[0:k]) otherwise. */
export function PATH(m: number, D: Data): Uint8Array[] {
  if (D.length === 1) return [];
  const k = largestPowerOfTwoSmallerThan(D.length);
  if (m < k) return [...PATH(m, D.slice(0, k)), MTH(D.slice(k))];
  return [...PATH(m - k, D.slice(k)), MTH(D.slice(0, k))];
}

/** PROOF(m, D[n]) = SUBPROOF(m, D[n], true). */
export function PROOF(m: number, D: Data): Uint8Array[] {
  return SUBPROOF(m, D, true);
}

function SUBPROOF(m: number, D: Data, b: boolean): Uint8Array[] {
  if (m === D.length) return b ? [] : [MTH(D)];
  const k = largestPowerOfTwoSmallerThan(D.length);
  if (m <= k) return [...SUBPROOF(m, D.slice(0, k), b), MTH(D.slice(k))];
  return [...SUBPROOF(m - k, D.slice(k), false), MTH(D.slice(0, k))];
}

/** "Let k be the largest power of two smaller than n": k < n <= 2k. */
function largestPowerOfTwoSmallerThan(n: number): number {
  let k = 1;
  while (!(k < n && n <= 2 * k)) k *= 2;
  return k;
}

function SHA256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
