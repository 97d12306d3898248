import { concatBytes, utf8 } from '../tlog/bytes.js';
import { contextTag, TAG } from '../personality-ct/core/der.js';
import { wrapped } from '../personality-ct/core/der-writer.js';
import { encodeOid, OID } from '../personality-ct/core/object-identifiers.js';

/** What a certificate says. Names, keys and algorithm identifiers are whole DER elements. */
export interface CertificateTemplate {
  /** Left out: v3. */
  readonly version?: 1 | 2 | 3;
  /** Content octets of the INTEGER. */
  readonly serial: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: Uint8Array;
  /** Whole extensions, as extension() makes them. */
  readonly extensions: readonly Uint8Array[];
}

const UTF8_STRING = 0x0c;

/** `[0] IMPLICIT OCTET STRING`, the key identifier in an authority key identifier. */
const KEY_IDENTIFIER = 0x80;

/** The first year that UTCTime cannot express. Source: RFC 5280, 4.1.2.5. */
const GENERALIZED_TIME_YEAR = 2050;

/** A DER element with this identifier octet and this content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...wrapped(tag, content));
}

export function sequence(...content: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...content);
}

/** `AlgorithmIdentifier` with these parameters. */
export function algorithmIdentifier(dotted: string, ...parameters: readonly Uint8Array[]): Uint8Array {
  return sequence(objectIdentifier(dotted), ...parameters);
}

/** `Name` of attributes of one type each, in this order, as UTF8String. */
export function encodeName(attributes: readonly (readonly [dottedType: string, value: string])[]): Uint8Array {
  return sequence(
    ...attributes.map(([type, value]) =>
      element(TAG.set, sequence(objectIdentifier(type), element(UTF8_STRING, utf8(value)))),
    ),
  );
}

/** `Name` of a common name alone. */
export function commonName(value: string): Uint8Array {
  return encodeName([['2.5.4.3', value]]);
}

/** `Extension`; `value` is the DER of the extension itself. */
export function extension(dotted: string, value: Uint8Array, critical = false): Uint8Array {
  const criticalTrue = critical ? [element(TAG.boolean, Uint8Array.of(0xff))] : [];
  return sequence(objectIdentifier(dotted), ...criticalTrue, element(TAG.octetString, value));
}

/** The basicConstraints and the keyUsage (keyCertSign, cRLSign) of a CA. Source: RFC 5280, 4.2.1.3 and 4.2.1.9 */
export function authorityExtensions(): Uint8Array[] {
  const isCa = sequence(element(TAG.boolean, Uint8Array.of(0xff)));
  const keyUsage = element(TAG.bitString, Uint8Array.of(1, 0x06));
  return [extension(OID.basicConstraints, isCa, true), extension(OID.keyUsage, keyUsage, true)];
}

/** The subject key identifier of a key with this identifier. Source: RFC 5280, 4.2.1.2 */
export function subjectKeyIdentifier(keyId: Uint8Array): Uint8Array {
  return extension(OID.subjectKeyIdentifier, element(TAG.octetString, keyId));
}

/** The authority key identifier that names the key with this identifier. Source: RFC 5280, 4.2.1.1 */
export function authorityKeyIdentifier(keyId: Uint8Array): Uint8Array {
  return extension(OID.authorityKeyIdentifier, sequence(element(KEY_IDENTIFIER, keyId)));
}

/** The extended key usage of these purposes. Source: RFC 5280, 4.2.1.12 */
export function extKeyUsage(...dotted: readonly string[]): Uint8Array {
  return extension(OID.extKeyUsage, sequence(...dotted.map(objectIdentifier)));
}

/** The poison that makes a certificate a precertificate. Source: RFC 6962, 3.1 */
export function poison(): Uint8Array {
  return extension(OID.poison, Uint8Array.of(0x05, 0x00), true);
}

/** `TBSCertificate`. Source: RFC 5280, 4.1 */
export function encodeTbs(template: CertificateTemplate): Uint8Array {
  const { version = 3, extensions } = template;
  const explicitVersion =
    version === 1 ? [] : [element(contextTag(0), element(TAG.integer, Uint8Array.of(version - 1)))];
  const explicitExtensions = extensions.length === 0 ? [] : [element(contextTag(3), sequence(...extensions))];
  return sequence(
    ...explicitVersion,
    element(TAG.integer, template.serial),
    template.signatureAlgorithm,
    template.issuer,
    sequence(encodeTime(template.notBefore), encodeTime(template.notAfter)),
    template.subject,
    template.spki,
    ...explicitExtensions,
  );
}

/** `Certificate` of a TBSCertificate and the signature over it. */
export function encodeCertificate(tbs: Uint8Array, algorithm: Uint8Array, signature: Uint8Array): Uint8Array {
  return sequence(tbs, algorithm, element(TAG.bitString, Uint8Array.of(0), signature));
}

export function objectIdentifier(dotted: string): Uint8Array {
  return element(TAG.objectIdentifier, encodeOid(dotted));
}

function encodeTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/[-:T]|\.\d+/g, '');
  return time.getUTCFullYear() < GENERALIZED_TIME_YEAR
    ? element(TAG.utcTime, utf8(digits.slice(2)))
    : element(TAG.generalizedTime, utf8(digits));
}
