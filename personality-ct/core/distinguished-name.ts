import { toHex } from '../../tlog/bytes.js';
import { childrenOf, contentOf, TAG, viewOf, wholeElement, type DerElement } from './der.js';
import { CtError } from './error.js';
import { formatOid } from './object-identifiers.js';

/** The most characters of a name that are shown. */
const SHOWN_MAX = 200;

/** Short names of attribute types. Source: RFC 4514, 3; RFC 4519. */
const ATTRIBUTE_TYPES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.42': 'GN',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

const UTF8_STRING = 0x0c;
const BMP_STRING = 0x1e;

/** Types whose octets are shown as characters of Latin-1: printable, teletex, IA5, visible and numeric strings. */
const ONE_OCTET_STRINGS: readonly number[] = [0x12, 0x13, 0x14, 0x16, 0x1a];

const utf8Decoder = new TextDecoder('utf-8');
const utf16Decoder = new TextDecoder('utf-16be');

/** Control characters, and those that turn the direction of writing: they could disguise a line of a log. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffd]/g;

/**
 * A name for people, in the order of the certificate, such as `C=GB, O=Example, CN=example.com`. Never fails, and never
 * yields more than SHOWN_MAX characters. Nothing is decided by it: names are compared byte for byte.
 * @param name `Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }`
 */
export function formatName(name: Uint8Array): string {
  try {
    const whole = wholeElement(name, TAG.sequence, 'name');
    const attributes = childrenOf(name, whole, 'name').flatMap((set) => childrenOf(name, set, 'name'));
    const text = attributes.map((attribute) => formatAttribute(name, attribute)).join(', ');
    return shortened(text === '' ? '(empty name)' : text);
  } catch (error) {
    if (error instanceof CtError) return '(unreadable name)';
    throw error;
  }
}

function formatAttribute(bytes: Uint8Array, attribute: DerElement): string {
  const [type, value] = childrenOf(bytes, attribute, 'name');
  const dotted = type === undefined ? '?' : formatOid(contentOf(bytes, type));
  return `${ATTRIBUTE_TYPES[dotted] ?? dotted}=${value === undefined ? '' : formatValue(bytes, value)}`;
}

function formatValue(bytes: Uint8Array, value: DerElement): string {
  const content = contentOf(bytes, value).subarray(0, SHOWN_MAX * 4);
  if (ONE_OCTET_STRINGS.includes(value.tag)) return printable(String.fromCharCode(...content));
  if (value.tag === UTF8_STRING) return printable(utf8Decoder.decode(content));
  if (value.tag === BMP_STRING) return printable(utf16Decoder.decode(content));
  return `#${toHex(viewOf(bytes, value).subarray(0, SHOWN_MAX / 2))}`;
}

function printable(text: string): string {
  return text.replace(UNPRINTABLE, '?');
}

function shortened(text: string): string {
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX - 1)}…`;
}
