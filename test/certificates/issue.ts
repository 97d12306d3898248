import { hash } from 'node:crypto';
import {
  authorityExtensions,
  authorityKeyIdentifier,
  commonName,
  encodeCertificate,
  encodeTbs,
  poison,
  subjectKeyIdentifier,
  type CertificateTemplate,
} from '../../cli/certificate-writer.js';
import { signatureAlgorithm, signWith, testKey, usualSigning, type SigningName, type TestKey } from './test-key.js';

/** A certificate that a test has issued, with what is needed to issue others below it. */
export interface TestCertificate {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly name: Uint8Array;
  readonly key: TestKey;
}

/** How a certificate differs from the usual one. */
export interface Oddities extends Partial<Omit<CertificateTemplate, 'subject' | 'spki' | 'issuer'>> {
  /** The key that it is for. Left out: a P-256 key, the same for the same name. */
  readonly key?: TestKey;
  /** How its issuer signs it, by the key that it has or by another one. */
  readonly signing?: SigningName;
  readonly signingKey?: TestKey;
  /** The AlgorithmIdentifier in the signed part, if that is to be another one than beside the signature. */
  readonly tbsSignatureAlgorithm?: Uint8Array;
  /** The issuer's name, if that is to be another one than the issuer has. */
  readonly issuerName?: Uint8Array;
  /** The subject, if a common name does not do. */
  readonly subject?: Uint8Array;
  /** The SubjectPublicKeyInfo, if that is to be another one than the key has. */
  readonly spki?: Uint8Array;
}

const NOT_BEFORE = new Date('2025-07-01T00:00:00Z');
const NOT_AFTER = new Date('2025-07-02T00:00:00Z');

/** Issues a root, which signs itself. */
export function issueRoot(name: string, oddities: Oddities = {}): TestCertificate {
  return issueAuthority(name, undefined, oddities);
}

/** Issues a CA below another one. */
export function issueAuthority(
  name: string,
  issuer: TestCertificate | undefined,
  oddities: Oddities = {},
): TestCertificate {
  const key = oddities.key ?? testKey('p256', name);
  const keyIds = [
    subjectKeyIdentifier(keyIdOf(key)),
    ...(issuer === undefined ? [] : [authorityKeyIdentifier(keyIdOf(issuer.key))]),
  ];
  return issue(name, issuer, { extensions: [...authorityExtensions(), ...keyIds], ...oddities, key });
}

/** Issues a certificate for a server. */
export function issueLeaf(name: string, issuer: TestCertificate, oddities: Oddities = {}): TestCertificate {
  return issue(name, issuer, { extensions: [authorityKeyIdentifier(keyIdOf(issuer.key))], ...oddities });
}

/** Issues a precertificate, whose poison is its last extension. */
export function issuePrecertificate(name: string, issuer: TestCertificate, oddities: Oddities = {}): TestCertificate {
  const { extensions = [authorityKeyIdentifier(keyIdOf(issuer.key))] } = oddities;
  return issueLeaf(name, issuer, { ...oddities, extensions: [...extensions, poison()] });
}

/** The key identifier that these certificates give a key. */
export function keyIdOf({ spki }: TestKey): Uint8Array {
  return hash('sha256', spki, 'buffer').subarray(0, 20);
}

/** Without an issuer, the certificate is issued by itself. */
function issue(name: string, issuer: TestCertificate | undefined, oddities: Oddities): TestCertificate {
  const { key = testKey('p256', name), subject = commonName(name) } = oddities;
  const signingKey = oddities.signingKey ?? issuer?.key ?? key;
  const signing = oddities.signing ?? usualSigning(signingKey.kind);
  const algorithm = oddities.signatureAlgorithm ?? signatureAlgorithm(signing);
  const tbs = encodeTbs({
    ...(oddities.version && { version: oddities.version }),
    serial: oddities.serial ?? Uint8Array.of(0x01),
    signatureAlgorithm: oddities.tbsSignatureAlgorithm ?? algorithm,
    issuer: oddities.issuerName ?? issuer?.name ?? subject,
    subject,
    notBefore: oddities.notBefore ?? NOT_BEFORE,
    notAfter: oddities.notAfter ?? NOT_AFTER,
    spki: oddities.spki ?? key.spki,
    extensions: oddities.extensions ?? [],
  });
  const der = encodeCertificate(tbs, algorithm, signWith(signingKey, signing, tbs));
  return { der, tbs, name: subject, key };
}
