import type { Hasher } from '../../tlog/hash.js';
import { byteString } from './byte-string.js';
import { uncachedIssuers, type Issuer } from './issuer.js';

/** The roots that a log accepts. It never changes: a reload makes another one. */
export interface RootSet {
  readonly size: number;
  /** Every root once, in the order of their fingerprints, so that get-roots answers the same whatever the files say. */
  readonly all: readonly Issuer[];
  /** The roots with this subject, byte for byte, in the order of `all`. */
  bySubject(name: Uint8Array): readonly Issuer[];
  /** The root with this fingerprint, in lowercase hexadecimal. */
  byFingerprint(fingerprintHex: string): Issuer | undefined;
}

/** Makes the set of these certificates (DER), of which some may be the same. @throws CtError malformed-der */
export function rootSet(hasher: Hasher, certificates: readonly Uint8Array[]): RootSet {
  const issuers = certificates.map(uncachedIssuers(hasher));
  const byFingerprint = new Map(issuers.map((root) => [root.fingerprintHex, root]));
  const all = [...byFingerprint.values()].sort((a, b) => (a.fingerprintHex < b.fingerprintHex ? -1 : 1));
  const bySubject = new Map<string, Issuer[]>();
  for (const root of all) {
    const key = byteString(root.certificate.subject);
    bySubject.set(key, [...(bySubject.get(key) ?? []), root]);
  }
  return {
    size: all.length,
    all,
    bySubject: (name) => bySubject.get(byteString(name)) ?? [],
    byFingerprint: (fingerprintHex) => byFingerprint.get(fingerprintHex),
  };
}
