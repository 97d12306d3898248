import {
  checkNested,
  childrenOf,
  contentOf,
  contextTag,
  malformed,
  TAG,
  viewOf,
  wholeElement,
  withTag,
  type DerElement,
} from './der.js';
import { NO_EXTENSIONS, parseExtensions, type Extensions } from './extension.js';
import { parseValidity, type Validity } from './validity.js';

/**
 * An X.509 certificate as views over the bytes that were submitted: nothing is copied, nothing is ever encoded again.
 *
 * As lax as a log must be: any serial number, any strings in names, any algorithm, curve or unknown extension.
 * As strict as safety needs: DER to the last byte, a known version, readable times, and no doubled extension among
 * those that the chain rules look at.
 */
export interface Certificate extends Validity {
  readonly der: Uint8Array;
  /** The TBSCertificate, header included: what the signature is over. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** The AlgorithmIdentifier beside the signature. */
  readonly signatureAlgorithm: Uint8Array;
  /** The AlgorithmIdentifier within the TBSCertificate. It should be the same, but need not be. */
  readonly tbsSignatureAlgorithm: Uint8Array;
  /** The content of the BIT STRING: the number of unused bits in one octet, then the signature. */
  readonly signatureBits: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** The SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly extensions: Extensions;
  /** Where the parts stand that a precertificate's final form changes. */
  readonly layout: TbsLayout;
}

/** Elements of the TBSCertificate, as offsets in the certificate. */
export interface TbsLayout {
  readonly tbs: DerElement;
  readonly issuer: DerElement;
  /** `[3] EXPLICIT`, the wrapper of the extensions. */
  readonly extensions: DerElement | undefined;
}

const WHAT = 'certificate';
const WHAT_TBS = 'tbsCertificate';
const VERSION = contextTag(0);
const EXTENSIONS = contextTag(3);

/** `[1] IMPLICIT BIT STRING`, `[2] IMPLICIT BIT STRING`. */
const UNIQUE_IDENTIFIERS: readonly number[] = [0x81, 0x82];

/**
 * Reads `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }`.
 * @throws CtError malformed-der. Source: RFC 5280, 4.1
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const whole = wholeElement(der, TAG.sequence, WHAT);
  const [tbsPart, algorithmPart, signaturePart, extra] = childrenOf(der, whole, WHAT);
  if (extra !== undefined) throw malformed(WHAT, extra.begin, 'has more than three parts');
  const tbs = withTag(tbsPart, TAG.sequence, WHAT_TBS, whole);
  const algorithm = nested(
    der,
    withTag(algorithmPart, TAG.sequence, 'signatureAlgorithm', whole),
    'signatureAlgorithm',
  );
  const signature = withTag(signaturePart, TAG.bitString, 'signatureValue', whole);
  return {
    der,
    tbs: viewOf(der, tbs),
    signatureAlgorithm: viewOf(der, algorithm),
    signatureBits: contentOf(der, signature),
    ...parseTbs(der, tbs),
  };
}

type TbsParts = Omit<Certificate, 'der' | 'tbs' | 'signatureAlgorithm' | 'signatureBits'>;

/**
 * `TBSCertificate ::= SEQUENCE { version [0] EXPLICIT DEFAULT v1, serialNumber INTEGER, signature, issuer, validity,
 * subject, subjectPublicKeyInfo, issuerUniqueID [1], subjectUniqueID [2], extensions [3] EXPLICIT }`
 */
function parseTbs(der: Uint8Array, tbs: DerElement): TbsParts {
  const parts = childrenOf(der, tbs, WHAT_TBS);
  const version = parts[0]?.tag === VERSION ? parts.shift() : undefined;
  const [serial, algorithm, issuer, validity, subject, spki, ...optional] = parts;
  const sequence = (part: DerElement | undefined, what: string): DerElement =>
    nested(der, withTag(part, TAG.sequence, what, tbs), what);
  withTag(serial, TAG.integer, 'serialNumber', tbs);
  const issuerElement = sequence(issuer, 'issuer');
  const extensions = parseOptional(optional);
  return {
    version: version === undefined ? 1 : parseVersion(der, version),
    tbsSignatureAlgorithm: viewOf(der, sequence(algorithm, 'signature')),
    issuer: viewOf(der, issuerElement),
    ...parseValidity(der, withTag(validity, TAG.sequence, 'validity', tbs)),
    subject: viewOf(der, sequence(subject, 'subject')),
    spki: viewOf(der, sequence(spki, 'subjectPublicKeyInfo')),
    extensions: extensions === undefined ? NO_EXTENSIONS : parseExtensions(der, extensionList(der, extensions)),
    layout: { tbs, issuer: issuerElement, extensions },
  };
}

function parseVersion(der: Uint8Array, element: DerElement): 1 | 2 | 3 {
  const [integer, extra] = childrenOf(der, element, 'version');
  const { contentBegin, end } = withTag(integer, TAG.integer, 'version', element);
  const value = der[contentBegin];
  const isOne = extra === undefined && end - contentBegin === 1;
  if (isOne && (value === 0 || value === 1 || value === 2)) return (value + 1) as 1 | 2 | 3;
  throw malformed('version', element.begin, 'is none of v1, v2 and v3');
}

/** The wrapper of the extensions, if it is there; before it may stand the two unique identifiers, after it nothing. */
function parseOptional(parts: readonly DerElement[]): DerElement | undefined {
  let lastTag = 0;
  for (const part of parts) {
    const tag = part.tag === EXTENSIONS ? EXTENSIONS : UNIQUE_IDENTIFIERS.find((unique) => unique === part.tag);
    if (tag === undefined || tag <= lastTag) throw malformed(WHAT_TBS, part.begin, 'has a part that does not belong');
    lastTag = tag;
  }
  return lastTag === EXTENSIONS ? parts.at(-1) : undefined;
}

function extensionList(der: Uint8Array, wrapper: DerElement): DerElement {
  const [list, extra] = childrenOf(der, wrapper, 'extensions');
  if (extra !== undefined) throw malformed('extensions', extra.begin, 'are more than one list');
  return withTag(list, TAG.sequence, 'extensions', wrapper);
}

function nested(der: Uint8Array, element: DerElement, what: string): DerElement {
  checkNested(der, element, what);
  return element;
}
