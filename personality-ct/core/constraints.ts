import type { Certificate } from './certificate.js';
import { childrenOf, contentOf, TAG, wholeElement } from './der.js';
import { CtError } from './error.js';
import type { Extension } from './extension.js';
import { formatOid, OID } from './object-identifiers.js';

/** `[0] IMPLICIT OCTET STRING`, the key identifier in an authority key identifier. */
const KEY_IDENTIFIER = 0x80;

/** Bit 5 of keyUsage, counted from the most significant one of its first octet. Source: RFC 5280, 4.2.1.3. */
const KEY_CERT_SIGN = 0x04;

/**
 * Whether the certificate may stand above another one: a v3 certificate must say in basicConstraints that it is a CA.
 * Older versions cannot say it, and roots of that age are in use. Source: RFC 5280, 4.2.1.9
 */
export function isCertificateAuthority({ version, extensions }: Certificate): boolean {
  const { basicConstraints } = extensions.known;
  if (basicConstraints === undefined) return version !== 3;
  return readable(
    basicConstraints,
    (value) => {
      const [ca] = childrenOf(value, wholeElement(value, TAG.sequence, 'basicConstraints'), 'basicConstraints');
      return ca?.tag === TAG.boolean && ca.end - ca.contentBegin === 1 && value[ca.contentBegin] === 0xff;
    },
    false,
  );
}

/** Whether keyUsage, where it is there, lets the key sign certificates. Source: RFC 5280, 4.2.1.3 */
export function maySignCertificates({ extensions }: Certificate): boolean {
  const { keyUsage } = extensions.known;
  if (keyUsage === undefined) return true;
  return readable(
    keyUsage,
    (value) => {
      const [, firstOctet = 0] = contentOf(value, wholeElement(value, TAG.bitString, 'keyUsage'));
      return (firstOctet & KEY_CERT_SIGN) !== 0;
    },
    false,
  );
}

/** The extended key usages as dotted numbers; none if the extension is not there or not readable. */
export function extKeyUsagesOf({ extensions }: Certificate): readonly string[] {
  const { extKeyUsage } = extensions.known;
  return readable<readonly string[]>(
    extKeyUsage,
    (value) => {
      const usages = childrenOf(value, wholeElement(value, TAG.sequence, 'extKeyUsage'), 'extKeyUsage');
      return usages
        .filter(({ tag }) => tag === TAG.objectIdentifier)
        .map((usage) => formatOid(contentOf(value, usage)));
    },
    [],
  );
}

/**
 * Whether this is a precertificate signing certificate: a CA with an extended key usage that no other certificate has.
 * Some generators of certificates give it an extension of this identifier instead, which can mean nothing else.
 * Source: RFC 6962, 3.1
 */
export function isPrecertificateSigner(certificate: Certificate): boolean {
  const isMarked =
    certificate.extensions.known.precertificateSigning !== undefined ||
    extKeyUsagesOf(certificate).includes(OID.precertificateSigning);
  return isMarked && isCertificateAuthority(certificate);
}

/** The key identifier by which the certificate means its issuer, if it gives one. Source: RFC 5280, 4.2.1.1 */
export function authorityKeyIdOf({ extensions }: Certificate): Uint8Array | undefined {
  return readable<Uint8Array | undefined>(
    extensions.known.authorityKeyIdentifier,
    (value) => {
      const parts = childrenOf(
        value,
        wholeElement(value, TAG.sequence, 'authorityKeyIdentifier'),
        'authorityKeyIdentifier',
      );
      const keyId = parts.find(({ tag }) => tag === KEY_IDENTIFIER);
      return keyId && contentOf(value, keyId);
    },
    undefined,
  );
}

/** The identifier of the certificate's own key, if it gives one. Source: RFC 5280, 4.2.1.2 */
export function subjectKeyIdOf({ extensions }: Certificate): Uint8Array | undefined {
  return readable<Uint8Array | undefined>(
    extensions.known.subjectKeyIdentifier,
    (value) => contentOf(value, wholeElement(value, TAG.octetString, 'subjectKeyIdentifier')),
    undefined,
  );
}

/** What `read` makes of the extension; `otherwise` if it is not there, or holds something else than it should. */
function readable<T>(extension: Extension | undefined, read: (value: Uint8Array) => T, otherwise: T): T {
  if (extension === undefined) return otherwise;
  try {
    return read(extension.value);
  } catch (error) {
    if (error instanceof CtError) return otherwise;
    throw error;
  }
}
