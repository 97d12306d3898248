import { equalBytes } from '../../tlog/bytes.js';
import { SHA256_SIZE_BYTES, type Hasher } from '../../tlog/hash.js';
import { leafIndex, timestampMs, type LeafIndex, type TimestampMs } from '../../tlog/scalars.js';
import { createReader, type TlsReader } from '../../tlog/tls.js';
import { entrySizeBytes, type Holes, type StampedEntry } from './entry.js';
import { epoch, type Epoch } from './object-names.js';

/** One journal object: entries that became durable together, with contiguous indices and one timestamp. */
export interface JournalBatch {
  readonly epoch: Epoch;
  readonly timestamp: TimestampMs;
  /** 16 random bytes that name the writer: they tell a repeated create from a foreign one. */
  readonly writer: Uint8Array;
  /** At least one; the index of the first is the batch's. */
  readonly entries: readonly StampedEntry[];
}

/** The first bytes of every journal object: the format and its version. ASCII. */
const MAGIC = Uint8Array.from('ANDAJRN1', (c) => c.charCodeAt(0));

const KIND_BATCH = 1;

/** Bytes of the writer's name. */
export const WRITER_SIZE_BYTES = 16;

/**
 * Bytes before the entries:
 *
 *     struct {
 *       opaque magic[8]; uint8 kind; uint64 epoch; uint64 first_index; uint64 timestamp_ms; opaque writer[16]; uint32 count;
 *     } Header;
 */
const HEADER_SIZE_BYTES = 8 + 1 + 8 + 8 + 8 + WRITER_SIZE_BYTES + 4;

/**
 * Bytes before the three parts of an entry. An offset of 2^32 - 1 says that there is no such hole.
 *
 *     struct { uint32 timestamp_offset; uint32 index_offset; uint32 leaf_prefix; uint32 data; uint32 trailer; } EntryHeader;
 */
const ENTRY_HEADER_SIZE_BYTES = 20;

const NO_HOLE = 0xffffffff;

/** The bytes of the entries of a batch that count against the limits on size. */
export function batchSizeBytes({ entries }: JournalBatch): number {
  return entries.reduce((sum, entry) => sum + entrySizeBytes(entry), 0);
}

/**
 * The bytes of a journal object: Header, the entries, and the SHA-256 of all before it.
 *
 * @throws RangeError for a batch that would not be read back as it is: what the entries are stamped with must be what
 * the header says of them.
 */
export function encodeJournalBatch(hasher: Hasher, batch: JournalBatch): Uint8Array {
  const first = checkedFirst(batch);
  const bodySizeBytes = batch.entries.reduce((sum, entry) => sum + encodedSizeBytes(entry), HEADER_SIZE_BYTES);
  const bytes = new Uint8Array(bodySizeBytes + SHA256_SIZE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC, 0);
  bytes[8] = KIND_BATCH;
  view.setBigUint64(9, BigInt(batch.epoch));
  view.setBigUint64(17, BigInt(first.index));
  view.setBigUint64(25, BigInt(batch.timestamp));
  bytes.set(batch.writer, 33);
  view.setUint32(49, batch.entries.length);
  let at = HEADER_SIZE_BYTES;
  for (const entry of batch.entries) at = writeEntry(bytes, view, at, entry);
  bytes.set(hasher.sha256(bytes.subarray(0, at)), at);
  return bytes;
}

/** @returns the first entry, once it is certain that the header tells index and timestamp of every entry. */
function checkedFirst({ entries, timestamp, writer }: JournalBatch): StampedEntry {
  const [first] = entries;
  if (first === undefined) throw new RangeError('a journal batch has at least one entry');
  if (writer.length !== WRITER_SIZE_BYTES) {
    throw new RangeError(`a writer has ${String(WRITER_SIZE_BYTES)} bytes, got ${String(writer.length)}`);
  }
  entries.forEach((entry, i) => {
    if (entry.index === first.index + i && entry.timestamp === timestamp) return;
    const got = `entry ${String(entry.index)} of ${String(entry.timestamp)}`;
    throw new RangeError(`${got} stands where ${String(first.index + i)} of ${String(timestamp)} belongs`);
  });
  return first;
}

function encodedSizeBytes(entry: StampedEntry): number {
  return ENTRY_HEADER_SIZE_BYTES + entry.leafPrefix.length + entry.data.length + entry.trailer.length;
}

function writeEntry(bytes: Uint8Array, view: DataView, offset: number, entry: StampedEntry): number {
  view.setUint32(offset, entry.holes.timestamp ?? NO_HOLE);
  view.setUint32(offset + 4, entry.holes.index ?? NO_HOLE);
  const parts = [entry.leafPrefix, entry.data, entry.trailer];
  let at = offset + ENTRY_HEADER_SIZE_BYTES;
  parts.forEach((part, i) => {
    view.setUint32(offset + 8 + 4 * i, part.length);
    bytes.set(part, at);
    at += part.length;
  });
  return at;
}

/**
 * Reads a journal object back; the parts of the entries are views.
 *
 * @throws TlogError malformed or out-of-range; RangeError for a wrong magic, kind, checksum or epoch.
 */
export function decodeJournalBatch(hasher: Hasher, bytes: Uint8Array): JournalBatch {
  const bodySizeBytes = bytes.length - SHA256_SIZE_BYTES;
  if (bodySizeBytes < HEADER_SIZE_BYTES) throw new RangeError(`${String(bytes.length)} bytes are too few for a batch`);
  if (!equalBytes(hasher.sha256(bytes.subarray(0, bodySizeBytes)), bytes.subarray(bodySizeBytes))) {
    throw new RangeError('the checksum does not match the bytes before it');
  }
  const reader = createReader(bytes.subarray(0, bodySizeBytes));
  const header = readHeader(reader);
  const entries: StampedEntry[] = [];
  for (let i = 0; i < header.count; i++) {
    const index = leafIndex(header.first + i);
    entries.push(readEntry(hasher, reader, { index, timestamp: header.timestamp }));
  }
  reader.end('a journal batch');
  return { epoch: header.epoch, timestamp: header.timestamp, writer: header.writer, entries };
}

interface Header {
  readonly epoch: Epoch;
  readonly first: LeafIndex;
  readonly timestamp: TimestampMs;
  readonly writer: Uint8Array;
  readonly count: number;
}

function readHeader(reader: TlsReader): Header {
  if (!equalBytes(reader.bytes(MAGIC.length), MAGIC)) throw new RangeError('these are not the first bytes of a batch');
  const kind = reader.u8();
  if (kind !== KIND_BATCH) throw new RangeError(`kind ${String(kind)} is not known; a batch is ${String(KIND_BATCH)}`);
  const header = {
    epoch: epoch(reader.u64()),
    first: leafIndex(reader.u64()),
    timestamp: timestampMs(reader.u64()),
    writer: reader.bytes(WRITER_SIZE_BYTES),
    count: readU32(reader),
  };
  if (header.count === 0) throw new RangeError('the batch has no entries');
  return header;
}

function readEntry(
  hasher: Hasher,
  reader: TlsReader,
  stamp: { readonly index: LeafIndex; readonly timestamp: TimestampMs },
): StampedEntry {
  const timestampHole = readU32(reader);
  const indexHole = readU32(reader);
  const sizes = [readU32(reader), readU32(reader), readU32(reader)] as const;
  const leafPrefix = reader.bytes(sizes[0]);
  const data = reader.bytes(sizes[1]);
  const trailer = reader.bytes(sizes[2]);
  const holes: Holes = {
    ...(timestampHole === NO_HOLE ? {} : { timestamp: timestampHole }),
    ...(indexHole === NO_HOLE ? {} : { index: indexHole }),
  };
  return { leafPrefix, data, trailer, holes, ...stamp, leafHash: hasher.leaf(leafPrefix, data) };
}

function readU32(reader: TlsReader): number {
  return reader.u16() * 0x10000 + reader.u16();
}
