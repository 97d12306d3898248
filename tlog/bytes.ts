import { TlogError } from './error.js';

const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_SYNTAX = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const HEX_SYNTAX = /^(?:[0-9a-f]{2})*$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const base64Digits = encoder.encode(BASE64_ALPHABET);
const base64Values = new Uint8Array(128);
base64Digits.forEach((digit, value) => {
  base64Values[digit] = value;
});

/** Says whether two arrays hold the same bytes. Not in constant time: for public data. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** The parts one after the other, in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Lowercase hexadecimal digits, two a byte. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** The bytes of lowercase hexadecimal digits. @throws TlogError malformed */
export function fromHex(hex: string): Uint8Array {
  if (!HEX_SYNTAX.test(hex)) throw malformedText('hexadecimal', hex, 'an even number of lowercase digits');
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

/** Base64 with the standard alphabet and padding. Source: RFC 4648, 4. */
export function toBase64(bytes: Uint8Array): string {
  const groups = Math.ceil(bytes.length / 3);
  const text = new Uint8Array(4 * groups).fill(0x3d);
  for (let group = 0; group < groups; group++) {
    const [a = 0, b, c] = bytes.subarray(3 * group, 3 * group + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const digitCount = b === undefined ? 2 : c === undefined ? 3 : 4;
    for (let i = 0; i < digitCount; i++) text[4 * group + i] = base64Digits[(bits >> (18 - 6 * i)) & 63] ?? 0;
  }
  return decoder.decode(text);
}

/**
 * The bytes of a base64 text with the standard alphabet and padding, which is the only text that encodes them: spare
 * bits must be zero. Source: RFC 4648, 4. @throws TlogError malformed
 */
export function fromBase64(text: string): Uint8Array {
  if (!BASE64_SYNTAX.test(text)) throw malformedText('base64', text, 'the standard alphabet with padding');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let begin = 0, at = 0; begin < text.length; begin += 4) {
    let bits = 0;
    for (let i = begin; i < begin + 4; i++) bits = (bits << 6) | (base64Values[text.charCodeAt(i)] ?? 0);
    for (let shift = 16; 0 <= shift && at < bytes.length; shift -= 8) bytes[at++] = (bits >> shift) & 0xff;
  }
  if (toBase64(bytes.subarray(-3 + padding)) === text.slice(-4)) return bytes;
  throw malformedText('base64', text, 'zero in the spare bits');
}

/** The UTF-8 bytes of a text. @throws TlogError malformed for half a surrogate pair, which UTF-8 cannot express */
export function utf8(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw malformedText('text', text, 'whole surrogate pairs');
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; a byte order mark is kept. @throws TlogError malformed */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const got = `${bytes.length} bytes that are none`;
    throw new TlogError({ code: 'malformed', what: 'text', got, want: 'valid UTF-8' }, { cause });
  }
}

/** The longest piece of a refused text that is repeated in an error, in characters. */
const QUOTE_MAX = 64;

/** A text as an error repeats it: quoted, and cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= QUOTE_MAX ? text : `${text.slice(0, QUOTE_MAX)}…`);
}

function malformedText(what: string, text: string, want: string): TlogError {
  return new TlogError({ code: 'malformed', what, got: quoted(text), want });
}
