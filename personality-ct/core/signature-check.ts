import type { SignatureAlgorithm } from './signature-algorithm.js';

/** The question whether the key of one certificate made the signature of another. */
export interface SignatureCheck {
  readonly algorithm: SignatureAlgorithm;
  /** The bytes that were signed: the TBSCertificate of the child. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** The DER SubjectPublicKeyInfo of the parent, and the SHA-256 of it in lowercase hexadecimal. */
  readonly signerSpki: Uint8Array;
  readonly signerKeyHashHex: string;
  /**
   * The SHA-256 of the whole child, in lowercase hexadecimal, if the child is itself an issuer. Together with
   * `signerKeyHashHex` it fixes everything else in the check, so that a positive answer may be remembered under both.
   */
  readonly childFingerprintHex: string | undefined;
}

/** Whether it did. `unsupported-key`: the key cannot be read, or is of another kind than the algorithm wants. */
export type SignatureVerdict = 'valid' | 'invalid' | 'unsupported-key';

export type VerifySignature = (check: SignatureCheck) => SignatureVerdict;
