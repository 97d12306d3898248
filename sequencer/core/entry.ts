import type { Hasher, Sha256 } from '../../tlog/hash.js';
import type { LeafIndex, TimestampMs } from '../../tlog/scalars.js';
import {
  DATA_MAX_BYTES,
  INDEX_HOLE_BYTES,
  LEAF_PREFIX_MAX_BYTES,
  TIMESTAMP_HOLE_BYTES,
  TRAILER_MAX_BYTES,
} from './limits.js';
import type { FieldViolation } from './sequencer-error.js';

/** Where in `data` the sequencer writes. Offsets in bytes; absent: there is no such hole. */
export interface Holes {
  readonly timestamp?: number;
  readonly index?: number;
}

/** An entry as a personality sends it: bytes whose holes are zero. */
export interface Entry {
  readonly leafPrefix: Uint8Array;
  readonly data: Uint8Array;
  readonly trailer: Uint8Array;
  readonly holes: Holes;
}

/** An entry that has its place in the log: its holes are filled. */
export interface StampedEntry extends Entry {
  readonly index: LeafIndex;
  readonly timestamp: TimestampMs;
  readonly leafHash: Sha256;
}

/** The bytes that count against every limit on size. */
export function entrySizeBytes(entry: Entry): number {
  return entry.leafPrefix.length + entry.data.length + entry.trailer.length;
}

/**
 * What is wrong with the form of `entry`, whatever the layout: sizes, holes inside `data`, apart, and zero.
 *
 * @param field the path of the entry in the request, as in `entries[3]`.
 */
export function entryViolations(entry: Entry, field: string): FieldViolation[] {
  return [
    ...sizeViolations(entry.leafPrefix, { field: `${field}.leaf_prefix`, maxBytes: LEAF_PREFIX_MAX_BYTES }),
    ...sizeViolations(entry.data, { field: `${field}.data`, maxBytes: DATA_MAX_BYTES }),
    ...(entry.data.length === 0 ? [{ field: `${field}.data`, description: 'is empty' }] : []),
    ...sizeViolations(entry.trailer, { field: `${field}.trailer`, maxBytes: TRAILER_MAX_BYTES }),
    ...holesViolations(entry, field),
  ];
}

function sizeViolations(bytes: Uint8Array, bound: { field: string; maxBytes: number }): FieldViolation[] {
  if (bytes.length <= bound.maxBytes) return [];
  const description = `has ${String(bytes.length)} bytes, and at most ${String(bound.maxBytes)} are taken`;
  return [{ field: bound.field, description }];
}

function holesViolations({ data, holes }: Entry, field: string): FieldViolation[] {
  const violations = [
    ...holeViolations(data, holes.timestamp, { field: `${field}.timestamp_offset`, bytes: TIMESTAMP_HOLE_BYTES }),
    ...holeViolations(data, holes.index, { field: `${field}.index_offset`, bytes: INDEX_HOLE_BYTES }),
  ];
  if (holes.timestamp !== undefined && holes.index !== undefined && overlap(holes.timestamp, holes.index)) {
    violations.push({ field: `${field}.index_offset`, description: 'the index hole overlaps the timestamp hole' });
  }
  return violations;
}

function overlap(timestamp: number, index: number): boolean {
  return index < timestamp + TIMESTAMP_HOLE_BYTES && timestamp < index + INDEX_HOLE_BYTES;
}

function holeViolations(
  data: Uint8Array,
  offset: number | undefined,
  hole: { field: string; bytes: number },
): FieldViolation[] {
  if (offset === undefined) return [];
  const end = offset + hole.bytes;
  if (end > data.length) {
    const description = `the hole [${String(offset)}, ${String(end)}) is not inside data of ${String(data.length)} bytes`;
    return [{ field: hole.field, description }];
  }
  const at = data.subarray(offset, end).findIndex((byte) => byte !== 0);
  if (at < 0) return [];
  return [{ field: hole.field, description: `byte ${String(offset + at)} of data lies in the hole and is not zero` }];
}

/** SHA-256(leaf_prefix ‖ data) with the holes zero: what makes two entries the same. Source: the design of the proto. */
export function entryIdentity(hasher: Hasher, entry: Pick<Entry, 'leafPrefix' | 'data'>): Sha256 {
  return hasher.sha256(entry.leafPrefix, entry.data);
}

/** `data` with the holes zero again. */
export function unstampedData(data: Uint8Array, holes: Holes): Uint8Array {
  // A copy, and not slice(): that of a Buffer is a view.
  const zeroed = new Uint8Array(data);
  if (holes.timestamp !== undefined) zeroed.fill(0, holes.timestamp, holes.timestamp + TIMESTAMP_HOLE_BYTES);
  if (holes.index !== undefined) zeroed.fill(0, holes.index, holes.index + INDEX_HOLE_BYTES);
  return zeroed;
}

/** Fills the holes and hashes the leaf. The bytes of `entry` stay as they are. */
export function stampEntry(
  hasher: Hasher,
  entry: Entry,
  stamp: { readonly index: LeafIndex; readonly timestamp: TimestampMs },
): StampedEntry {
  const data = stampedData(entry, stamp);
  return {
    leafPrefix: entry.leafPrefix,
    data,
    trailer: entry.trailer,
    holes: entry.holes,
    index: stamp.index,
    timestamp: stamp.timestamp,
    leafHash: hasher.leaf(entry.leafPrefix, data),
  };
}

/** `data` with the holes filled; the bytes of `entry` stay as they are. */
export function stampedData(
  entry: Entry,
  stamp: { readonly index: LeafIndex; readonly timestamp: TimestampMs },
): Uint8Array {
  const { holes } = entry;
  if (holes.timestamp === undefined && holes.index === undefined) return entry.data;
  const data = new Uint8Array(entry.data);
  if (holes.timestamp !== undefined) writeBigEndian(data, holes.timestamp, TIMESTAMP_HOLE_BYTES, stamp.timestamp);
  if (holes.index !== undefined) writeBigEndian(data, holes.index, INDEX_HOLE_BYTES, stamp.index);
  return data;
}

/** Division and not shifts: a value has up to 53 bits. */
function writeBigEndian(target: Uint8Array, offset: number, width: number, value: number): void {
  let rest = value;
  for (let at = offset + width - 1; at >= offset; at--) {
    target[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
