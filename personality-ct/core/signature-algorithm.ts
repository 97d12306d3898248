import { byteString } from './byte-string.js';
import { childrenOf, contentOf, contextTag, TAG, wholeElement, withTag, type DerElement } from './der.js';
import { CtError } from './error.js';
import { encodeOid, formatOid } from './object-identifiers.js';

/** The hashes that a signature may be over. MD2, MD4 and MD5 are not among them and never will be. */
export type SignatureHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** How a certificate is signed. `saltSizeBytes` is that of RSASSA-PSS, whose mask is made with the same hash. */
export type SignatureAlgorithm =
  | { readonly scheme: 'rsa-pkcs1'; readonly hash: SignatureHash }
  | { readonly scheme: 'rsa-pss'; readonly hash: SignatureHash; readonly saltSizeBytes: number }
  | { readonly scheme: 'ecdsa'; readonly hash: SignatureHash }
  | { readonly scheme: 'ed25519' };

/** An AlgorithmIdentifier, read. `oid` is in dotted numbers, for people. */
export type ReadAlgorithm =
  | { readonly kind: 'supported'; readonly algorithm: SignatureAlgorithm }
  | { readonly kind: 'unsupported'; readonly oid: string };

const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MASK_GENERATION_1 = '1.2.840.113549.1.1.8';

/** Salt of RSASSA-PSS when the parameters give none, in bytes. Source: RFC 4055, 3.1. */
const SALT_DEFAULT_BYTES = 20;

/** Sources: RFC 8017, A.2; RFC 5758, 3; RFC 8410, 3. 1.3.14.3.2.29 is the older name of sha1WithRSAEncryption. */
const SIGNATURE_ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.5': { scheme: 'rsa-pkcs1', hash: 'sha1' },
  '1.3.14.3.2.29': { scheme: 'rsa-pkcs1', hash: 'sha1' },
  '1.2.840.113549.1.1.11': { scheme: 'rsa-pkcs1', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { scheme: 'rsa-pkcs1', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { scheme: 'rsa-pkcs1', hash: 'sha512' },
  '1.2.840.10045.4.1': { scheme: 'ecdsa', hash: 'sha1' },
  '1.2.840.10045.4.3.2': { scheme: 'ecdsa', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { scheme: 'ecdsa', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { scheme: 'ecdsa', hash: 'sha512' },
  '1.3.101.112': { scheme: 'ed25519' },
};

/** Source: RFC 8017, B.1. */
const HASHES: Readonly<Record<string, SignatureHash>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const byEncodedOid = new Map<string, ReadAlgorithm>(
  Object.entries(SIGNATURE_ALGORITHMS).map(([dotted, algorithm]) => [
    byteString(encodeOid(dotted)),
    { kind: 'supported', algorithm },
  ]),
);

/**
 * Reads `AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`. Parameters count
 * for RSASSA-PSS alone; elsewhere they are NULL or left out, and some CAs mix that up.
 * @param identifier the whole element, of which is known that it is a SEQUENCE in DER.
 */
export function readSignatureAlgorithm(identifier: Uint8Array): ReadAlgorithm {
  const { oid, parameters } = readIdentifier(identifier, wholeElement(identifier, TAG.sequence, 'signatureAlgorithm'));
  const known = byEncodedOid.get(byteString(oid));
  if (known !== undefined) return known;
  const dotted = formatOid(oid);
  const algorithm = dotted === RSASSA_PSS ? readPss(identifier, parameters) : undefined;
  return algorithm === undefined ? { kind: 'unsupported', oid: dotted } : { kind: 'supported', algorithm };
}

function readIdentifier(bytes: Uint8Array, element: DerElement): { oid: Uint8Array; parameters?: DerElement } {
  const [oid, parameters] = childrenOf(bytes, element, 'AlgorithmIdentifier');
  const isOid = oid?.tag === TAG.objectIdentifier;
  return { oid: isOid ? contentOf(bytes, oid) : new Uint8Array(), ...(parameters && { parameters }) };
}

/**
 * `RSASSA-PSS-params ::= SEQUENCE { hashAlgorithm [0] DEFAULT sha1, maskGenAlgorithm [1] DEFAULT mgf1SHA1,
 * saltLength [2] INTEGER DEFAULT 20, trailerField [3] INTEGER DEFAULT 1 }`; undefined for a form that is not supported.
 * Source: RFC 4055, 3.1
 */
function readPss(bytes: Uint8Array, parameters: DerElement | undefined): SignatureAlgorithm | undefined {
  try {
    const fields = childrenOf(
      bytes,
      withTag(parameters, TAG.sequence, 'RSASSA-PSS parameters'),
      'RSASSA-PSS parameters',
    );
    const inside = (number: number): DerElement | undefined => {
      const field = fields.find(({ tag }) => tag === contextTag(number));
      return field && childrenOf(bytes, field, 'RSASSA-PSS parameters')[0];
    };
    const hash = hashOf(bytes, inside(0));
    const maskHash = maskHashOf(bytes, inside(1));
    const saltSizeBytes = smallInteger(bytes, inside(2), SALT_DEFAULT_BYTES);
    if (hash === undefined || hash !== maskHash || saltSizeBytes === undefined) return undefined;
    return smallInteger(bytes, inside(3), 1) === 1 ? { scheme: 'rsa-pss', hash, saltSizeBytes } : undefined;
  } catch (error) {
    if (error instanceof CtError) return undefined;
    throw error;
  }
}

function hashOf(bytes: Uint8Array, identifier: DerElement | undefined): SignatureHash | undefined {
  return identifier === undefined ? 'sha1' : HASHES[formatOid(readIdentifier(bytes, identifier).oid)];
}

function maskHashOf(bytes: Uint8Array, identifier: DerElement | undefined): SignatureHash | undefined {
  if (identifier === undefined) return 'sha1';
  const { oid, parameters } = readIdentifier(bytes, identifier);
  return formatOid(oid) === MASK_GENERATION_1 && parameters ? hashOf(bytes, parameters) : undefined;
}

function smallInteger(bytes: Uint8Array, element: DerElement | undefined, otherwise: number): number | undefined {
  if (element === undefined) return otherwise;
  const octets = contentOf(bytes, element);
  const [first = 0x80, second = 0] = octets;
  if (element.tag !== TAG.integer || octets.length > 2 || first >= 0x80) return undefined;
  return octets.length === 2 ? first * 256 + second : first;
}
