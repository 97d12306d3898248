import { toHex } from '../../tlog/bytes.js';
import type { Hasher, Sha256 } from '../../tlog/hash.js';
import { parseCertificate, type Certificate } from './certificate.js';
import { isCertificateAuthority, isPrecertificateSigner, maySignCertificates } from './constraints.js';

/** A certificate that stands above another one in a chain, with the hashes by which it is known. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly der: Uint8Array;
  /** SHA-256 of `der`, and the same in lowercase hexadecimal. */
  readonly fingerprint: Sha256;
  readonly fingerprintHex: string;
  /** SHA-256 of the SubjectPublicKeyInfo: the issuer key hash of a precertificate entry. Source: RFC 6962, 3.2. */
  readonly keyHash: Sha256;
  readonly keyHashHex: string;
  /** Whether it may stand above another certificate, and whether its key may sign certificates. */
  readonly isCertificateAuthority: boolean;
  readonly maySignCertificates: boolean;
  /** Whether it signs precertificates in the name of its own issuer. */
  readonly isPrecertificateSigner: boolean;
}

/**
 * Reads an issuer. As few issuers stand above many leaves, an implementation may remember what it has read, under the
 * hash of all its bytes. @throws CtError malformed-der
 */
export type ReadIssuer = (der: Uint8Array) => Issuer;

/** Reads issuers and remembers nothing. */
export function uncachedIssuers(hasher: Hasher): ReadIssuer {
  return (der) => issuerFrom(hasher, der, hasher.sha256(der));
}

/** The issuer of these bytes, whose fingerprint is known already. @throws CtError malformed-der */
export function issuerFrom(hasher: Hasher, der: Uint8Array, fingerprint: Sha256): Issuer {
  const certificate = parseCertificate(der);
  const keyHash = hasher.sha256(certificate.spki);
  return {
    certificate,
    der,
    fingerprint,
    fingerprintHex: toHex(fingerprint),
    keyHash,
    keyHashHex: toHex(keyHash),
    isCertificateAuthority: isCertificateAuthority(certificate),
    maySignCertificates: maySignCertificates(certificate),
    isPrecertificateSigner: isPrecertificateSigner(certificate),
  };
}
