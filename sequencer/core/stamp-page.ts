import { concatBytes } from '../../tlog/bytes.js';
import { timestampMs, type TimestampMs } from '../../tlog/scalars.js';
import { createReader, u16, u64, type TlsReader } from '../../tlog/tls.js';
import type { Holes, StampedEntry } from './entry.js';

/** What the sequencer stamped on one entry, and where. */
export interface Stamp {
  readonly timestamp: TimestampMs;
  readonly holes: Holes;
}

/** Bytes of one stamp. */
export const STAMP_SIZE_BYTES = 16;

const NO_HOLE = 0xffffffff;

/**
 * One entry of a stamp page, which stands in the private space beside a bundle that does not tell these itself. Without
 * them neither the identity nor the timestamp of an entry could be told again from the log.
 *
 *     struct { uint64 timestamp_ms; uint32 timestamp_offset; uint32 index_offset; } Stamp;   // 2^32 - 1: no such hole
 */
export function encodeStamp({ timestamp, holes }: StampedEntry): Uint8Array {
  return concatBytes(u64(timestamp), u32(holes.timestamp ?? NO_HOLE), u32(holes.index ?? NO_HOLE));
}

/** @throws TlogError malformed when the page does not consist of whole stamps. */
export function decodeStampPage(page: Uint8Array): Stamp[] {
  const reader = createReader(page);
  const stamps: Stamp[] = [];
  while (reader.remaining > 0) {
    const timestamp = timestampMs(reader.u64());
    const [timestampHole, indexHole] = [readU32(reader), readU32(reader)];
    const holes = {
      ...(timestampHole === NO_HOLE ? {} : { timestamp: timestampHole }),
      ...(indexHole === NO_HOLE ? {} : { index: indexHole }),
    };
    stamps.push({ timestamp, holes });
  }
  return stamps;
}

function u32(n: number): Uint8Array {
  return concatBytes(u16(Math.floor(n / 0x10000)), u16(n % 0x10000));
}

function readU32(reader: TlsReader): number {
  return reader.u16() * 0x10000 + reader.u16();
}
