import type { Sha256 } from '../../tlog/hash.js';

/** The log's key, as far as SCTs need it. */
export interface SctSigner {
  /** SHA-256 of the key's DER SubjectPublicKeyInfo. */
  readonly logId: Sha256;
  /** The DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** Signs with ECDSA over P-256 and SHA-256. @returns the DER Ecdsa-Sig-Value. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}
