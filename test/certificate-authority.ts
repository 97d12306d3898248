import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A root and an intermediate under it, which issue whatever a test needs. */
export interface CertificateAuthority {
  /** The root, as PEM. */
  readonly rootPem: string;
  /** Issues a new certificate or precertificate. @returns the chain in DER: the leaf and the intermediate. */
  issue(kind: 'certificate' | 'precertificate', leaf: { name: string; notAfter: Date }): Uint8Array[];
}

/** Makes an authority with new P-256 keys. */
export function createAuthority(): CertificateAuthority {
  const [root, intermediate, leaf] = [newKey(), newKey(), newKey()];
  const rootName = distinguishedName('Test root');
  const intermediateName = distinguishedName('Test intermediate');
  const rootDer = certificate({
    ...{ subject: rootName, issuer: rootName, subjectKey: root, issuerKey: root },
    ...{ notAfter: FAR_FUTURE, extensions: [CA] },
  });
  const intermediateDer = certificate({
    ...{ subject: intermediateName, issuer: rootName, subjectKey: intermediate, issuerKey: root },
    ...{ notAfter: FAR_FUTURE, extensions: [CA] },
  });
  return {
    rootPem: pem(rootDer),
    issue: (kind, { name, notAfter }) => [
      certificate({
        ...{ subject: distinguishedName(name), issuer: intermediateName, subjectKey: leaf, issuerKey: intermediate },
        ...{ notAfter, extensions: kind === 'precertificate' ? [SERVER_AUTH, POISON] : [SERVER_AUTH] },
      }),
      intermediateDer,
    ],
  };
}

interface CertificateFields {
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subjectKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly notAfter: Date;
  readonly extensions: readonly Uint8Array[];
}

/** Tags of X.690. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
} as const;
const TRUE = der(TAG.boolean, Uint8Array.of(0xff));
const SERIAL_SIZE_BYTES = 16;
const NOT_BEFORE = new Date('2025-01-01T00:00:00Z');
const FAR_FUTURE = new Date('2045-01-01T00:00:00Z');
const ECDSA_WITH_SHA256 = der(TAG.sequence, oid('2a8648ce3d040302'));
/** basicConstraints, critical: CA. */
const CA = extension('551d13', { critical: true, value: der(TAG.sequence, TRUE) });
/** extKeyUsage: serverAuth. */
const SERVER_AUTH = extension('551d25', { critical: false, value: der(TAG.sequence, oid('2b06010505070301')) });
/** The precertificate poison, 1.3.6.1.4.1.11129.2.4.3, critical: NULL. */
const POISON = extension('2b06010401d679020403', { critical: true, value: Uint8Array.of(5, 0) });

/** RFC 5280 section 4.1. */
function certificate(fields: CertificateFields): Uint8Array {
  const tbs = der(
    TAG.sequence,
    der(TAG.version, der(TAG.integer, Uint8Array.of(2))),
    serialNumber(),
    ECDSA_WITH_SHA256,
    fields.issuer,
    der(TAG.sequence, utcTime(NOT_BEFORE), utcTime(fields.notAfter)),
    fields.subject,
    createPublicKey(fields.subjectKey).export({ type: 'spki', format: 'der' }),
    der(TAG.extensions, der(TAG.sequence, ...fields.extensions)),
  );
  const signature = sign('sha256', tbs, fields.issuerKey);
  return der(TAG.sequence, tbs, ECDSA_WITH_SHA256, der(TAG.bitString, Uint8Array.of(0), signature));
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function distinguishedName(commonName: string): Uint8Array {
  const value = der(TAG.utf8String, Buffer.from(commonName));
  return der(TAG.sequence, der(TAG.set, der(TAG.sequence, oid('550403'), value)));
}

/** A positive number without a leading zero byte. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(SERIAL_SIZE_BYTES);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return der(TAG.integer, bytes);
}

function extension(id: string, { critical, value }: { critical: boolean; value: Uint8Array }): Uint8Array {
  return der(TAG.sequence, oid(id), ...(critical ? [TRUE] : []), der(TAG.octetString, value));
}

/** YYMMDDHHMMSSZ, for the years 1950 to 2049. */
function utcTime(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/\.\d+Z$|\D/g, '');
  return der(TAG.utcTime, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function oid(hex: string): Uint8Array {
  return der(TAG.oid, Buffer.from(hex, 'hex'));
}

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content]);
  const size = length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Uint8Array.of(tag), size, content]);
}

function pem(certificateDer: Uint8Array): string {
  const lines =
    Buffer.from(certificateDer)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
