import { concatBytes } from './bytes.js';
import { TlogError } from './error.js';

/**
 * Reads the big-endian integers and vectors of the TLS presentation language, one after the other. Every read throws
 * TlogError malformed when fewer bytes are left, and then nothing has been read. What comes back as bytes is a view.
 * Source: RFC 8446, 3.
 */
export interface TlsReader {
  /** How many bytes have been read. */
  readonly offset: number;
  /** How many bytes are left. */
  readonly remaining: number;
  u8(): number;
  u16(): number;
  u24(): number;
  u40(): number;
  /** An integer of 8 bytes. @throws TlogError out-of-range also above Number.MAX_SAFE_INTEGER */
  u64(): number;
  /** The next `length` bytes. */
  bytes(length: number): Uint8Array;
  /** `opaque<0..2^(8·lengthBytes)-1>`: a length of 1, 2 or 3 bytes, and as many bytes. */
  vector(lengthBytes: 1 | 2 | 3): Uint8Array;
  /** What has been read from `begin` (an earlier `offset`) on. */
  since(begin: number): Uint8Array;
  /** Says that everything has been read. @throws TlogError malformed, about `what`, if bytes are left */
  end(what: string): void;
}

/** A reader over `bytes`, which it does not copy. Offsets in its errors count from the first of them. */
export function createReader(bytes: Uint8Array): TlsReader {
  let offset = 0;

  function take(length: number, what: string): Uint8Array {
    const remaining = bytes.length - offset;
    if (length > remaining) {
      const want = `${length} bytes`;
      throw new TlogError({ code: 'malformed', what, got: `${remaining} bytes`, want, offset });
    }
    offset += length;
    return bytes.subarray(offset - length, offset);
  }

  function integer(length: number): number {
    let value = 0;
    for (const byte of take(length, `u${8 * length}`)) value = value * 256 + byte;
    return value;
  }

  return {
    get offset() {
      return offset;
    },
    get remaining() {
      return bytes.length - offset;
    },
    u8: () => integer(1),
    u16: () => integer(2),
    u24: () => integer(3),
    u40: () => integer(5),
    u64() {
      const begin = offset;
      const value = integer(8);
      if (value <= Number.MAX_SAFE_INTEGER) return value;
      offset = begin;
      throw new TlogError({ code: 'out-of-range', what: 'u64', got: String(value), want: 'at most 2^53 - 1', offset });
    },
    bytes: (length) => take(length, 'fixed-length field'),
    vector(lengthBytes) {
      const begin = offset;
      const length = integer(lengthBytes);
      if (length <= bytes.length - offset) return take(length, 'vector');
      const got = `${bytes.length - offset} bytes`;
      offset = begin;
      throw new TlogError({ code: 'malformed', what: 'vector', got, want: `${length} bytes`, offset });
    },
    since: (begin) => bytes.subarray(begin, offset),
    end(what) {
      if (offset === bytes.length) return;
      const got = `${bytes.length - offset} more bytes`;
      throw new TlogError({ code: 'malformed', what, got, want: 'the end', offset });
    },
  };
}

/** An integer in 1 byte. @throws TlogError out-of-range, as the others */
export function u8(value: number): Uint8Array {
  return bigEndian(value, 1);
}

/** An integer in 2 bytes. */
export function u16(value: number): Uint8Array {
  return bigEndian(value, 2);
}

/** An integer in 3 bytes. */
export function u24(value: number): Uint8Array {
  return bigEndian(value, 3);
}

/** An integer in 5 bytes. */
export function u40(value: number): Uint8Array {
  return bigEndian(value, 5);
}

/** An integer, at most Number.MAX_SAFE_INTEGER, in 8 bytes. */
export function u64(value: number): Uint8Array {
  return bigEndian(value, 8);
}

/** `opaque<0..2^(8·lengthBytes)-1>`: the length of `bytes` in 1, 2 or 3 bytes, and they. @throws TlogError out-of-range */
export function vector(lengthBytes: 1 | 2 | 3, bytes: Uint8Array): Uint8Array {
  return concatBytes(bigEndian(bytes.length, lengthBytes), bytes);
}

function bigEndian(value: number, length: number): Uint8Array {
  const max = Math.min(2 ** (8 * length) - 1, Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(value) || value < 0 || value > max) {
    const want = `an integer from 0 to ${max}`;
    throw new TlogError({ code: 'out-of-range', what: `u${8 * length}`, got: String(value), want });
  }
  const bytes = new Uint8Array(length);
  for (let i = length - 1, rest = value; 0 <= i; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}
