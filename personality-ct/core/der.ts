import { CtError } from './error.js';

/** One DER element: where it stands in the bytes that it was read from. Source: ITU-T X.690, 8.1 and 10.1. */
export interface DerElement {
  /** The identifier octet: class, constructed bit and number. */
  readonly tag: number;
  /** Offset of the identifier octet. */
  readonly begin: number;
  /** Offset of the first content octet. */
  readonly contentBegin: number;
  /** Offset after the last content octet. */
  readonly end: number;
}

/** Identifier octets that certificates are made of. Source: ITU-T X.680, 8.4. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** How deep elements may be nested within a part of a certificate. A name has 4 levels, RSASSA-PSS parameters 5. */
const NESTING_MAX = 16;

/** The greatest number of length octets: lengths below 2^32. */
const LENGTH_OCTETS_MAX = 4;

const CONSTRUCTED = 0x20;
const NUMBER_MASK = 0x1f;

/** The identifier octet of a constructed context-specific element, `[number]`. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/**
 * The element that begins at `begin` and lies within [begin, end). Its content is not looked at.
 * @param what names the element in an error.
 * @throws CtError malformed-der: cut off, high tag number, indefinite or not minimal length.
 */
export function elementAt(bytes: Uint8Array, begin: number, end: number, what: string): DerElement {
  const tag = octetAt(bytes, begin, end, what);
  if ((tag & NUMBER_MASK) === NUMBER_MASK) throw malformed(what, begin, 'has a tag number above 30');
  const first = octetAt(bytes, begin + 1, end, what);
  if (first < 0x80) return bounded({ tag, begin, contentBegin: begin + 2, end: begin + 2 + first }, end, what);
  const octets = first & 0x7f;
  if (octets === 0 || octets > LENGTH_OCTETS_MAX) throw malformed(what, begin, 'has an indefinite or endless length');
  const length = longLength(bytes, begin + 2, begin + 2 + octets, end, what);
  const contentBegin = begin + 2 + octets;
  return bounded({ tag, begin, contentBegin, end: contentBegin + length }, end, what);
}

/** The one element of which `bytes` consist, with this tag. @throws CtError malformed-der, also if bytes follow it */
export function wholeElement(bytes: Uint8Array, tag: number, what: string): DerElement {
  const element = withTag(elementAt(bytes, 0, bytes.length, what), tag, what);
  if (element.end === bytes.length) return element;
  throw malformed(what, element.end, `is followed by ${bytes.length - element.end} more bytes`);
}

/** The elements in the content of `parent`, which fill it. @throws CtError malformed-der */
export function childrenOf(bytes: Uint8Array, parent: DerElement, what: string): DerElement[] {
  const children: DerElement[] = [];
  for (let offset = parent.contentBegin; offset < parent.end;) {
    const child = elementAt(bytes, offset, parent.end, what);
    children.push(child);
    offset = child.end;
  }
  return children;
}

/** The element, if it is there and has this tag. @throws CtError malformed-der */
export function withTag(element: DerElement | undefined, tag: number, what: string, parent?: DerElement): DerElement {
  if (element?.tag === tag) return element;
  if (element === undefined) throw malformed(what, parent?.end ?? 0, 'is missing');
  throw malformed(what, element.begin, `has tag 0x${element.tag.toString(16)} instead of 0x${tag.toString(16)}`);
}

/** Says that everything within `element` is DER as far down as it is constructed. @throws CtError malformed-der */
export function checkNested(bytes: Uint8Array, element: DerElement, what: string, depth = 0): void {
  if ((element.tag & CONSTRUCTED) === 0) return;
  if (depth === NESTING_MAX) throw malformed(what, element.begin, `is nested more than ${NESTING_MAX} deep`);
  for (let offset = element.contentBegin; offset < element.end;) {
    const child = elementAt(bytes, offset, element.end, what);
    checkNested(bytes, child, what, depth + 1);
    offset = child.end;
  }
}

/** A view of the content octets. */
export function contentOf(bytes: Uint8Array, element: DerElement): Uint8Array {
  return bytes.subarray(element.contentBegin, element.end);
}

/** A view of the whole element: identifier, length and content. */
export function viewOf(bytes: Uint8Array, element: DerElement): Uint8Array {
  return bytes.subarray(element.begin, element.end);
}

/** The error for a `what` at `offset` that has this `problem`, e.g. `is missing`. */
export function malformed(what: string, offset: number, problem: string): CtError {
  return new CtError({ code: 'malformed-der', what, problem, offset });
}

function octetAt(bytes: Uint8Array, offset: number, end: number, what: string): number {
  const octet = offset < end ? bytes[offset] : undefined;
  if (octet === undefined) throw malformed(what, offset, 'is cut off');
  return octet;
}

function longLength(bytes: Uint8Array, begin: number, lengthEnd: number, end: number, what: string): number {
  let length = 0;
  for (let offset = begin; offset < lengthEnd; offset++) length = length * 256 + octetAt(bytes, offset, end, what);
  // The shortest form is the only one in DER: the first length octet is not zero, and one octet would not have done.
  if (bytes[begin] === 0 || length < 0x80) throw malformed(what, begin, 'has a length that is not the shortest form');
  return length;
}

function bounded(element: DerElement, end: number, what: string): DerElement {
  if (element.end <= end) return element;
  const problem = `wants ${element.end - element.contentBegin} bytes where ${end - element.contentBegin} are left`;
  throw malformed(what, element.begin, problem);
}
