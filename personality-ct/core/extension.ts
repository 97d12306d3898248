import { byteString } from './byte-string.js';
import { childrenOf, contentOf, malformed, TAG, withTag, type DerElement } from './der.js';
import { encodeOid, OID } from './object-identifiers.js';

/** One extension of a certificate: views, and where they stand. */
export interface Extension {
  /** Content octets of the object identifier. */
  readonly oid: Uint8Array;
  readonly critical: boolean;
  /** Content of the OCTET STRING: the DER of the extension itself. */
  readonly value: Uint8Array;
  /** The whole SEQUENCE, in the certificate. */
  readonly element: DerElement;
  /** Offset of the OCTET STRING, in the certificate. */
  readonly valueBegin: number;
}

/** The names under which the extensions that the chain rules look at are found. */
type KnownName = keyof typeof OID;

/** The extensions of a certificate. */
export interface Extensions {
  readonly all: readonly Extension[];
  /** Those that the chain rules look at; none of them stands there twice. */
  readonly known: Readonly<Partial<Record<KnownName, Extension>>>;
}

/** The extensions of a certificate that has none. */
export const NO_EXTENSIONS: Extensions = { all: [], known: {} };

const WHAT = 'extension';

const knownNames = new Map<string, KnownName>(
  Object.entries(OID).map(([name, dotted]) => [byteString(encodeOid(dotted)), name as KnownName]),
);

/**
 * `Extensions ::= SEQUENCE OF Extension`. Two extensions of one kind are taken, unless the chain rules look at that
 * kind: then nobody could say which of them counts. @throws CtError malformed-der. Source: RFC 5280, 4.1
 */
export function parseExtensions(bytes: Uint8Array, list: DerElement): Extensions {
  const all = childrenOf(bytes, list, 'extensions').map((element) => parseExtension(bytes, element));
  const known: Partial<Record<KnownName, Extension>> = {};
  for (const extension of all) {
    const name = knownNames.get(byteString(extension.oid));
    if (name === undefined) continue;
    if (known[name] !== undefined) throw malformed(WHAT, extension.element.begin, `is a second ${name}`);
    known[name] = extension;
  }
  return { all, known };
}

/** `Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }` */
function parseExtension(bytes: Uint8Array, element: DerElement): Extension {
  const parts = childrenOf(bytes, withTag(element, TAG.sequence, WHAT), WHAT);
  const oid = withTag(parts[0], TAG.objectIdentifier, 'extension identifier', element);
  const critical = parts[1]?.tag === TAG.boolean ? parts[1] : undefined;
  const value = withTag(parts[critical === undefined ? 1 : 2], TAG.octetString, 'extension value', element);
  if (value.end !== element.end) throw malformed(WHAT, value.end, 'has more than three parts');
  return {
    oid: contentOf(bytes, oid),
    critical: critical !== undefined && readBoolean(bytes, critical),
    value: contentOf(bytes, value),
    element,
    valueBegin: value.begin,
  };
}

function readBoolean(bytes: Uint8Array, element: DerElement): boolean {
  const octet = bytes[element.contentBegin];
  const isOne = element.end - element.contentBegin === 1;
  if (isOne && (octet === 0x00 || octet === 0xff)) return octet === 0xff;
  throw malformed('critical', element.begin, 'is neither 00 nor FF');
}
