import fc from 'fast-check';
import { stampEntry, type Entry, type Holes, type StampedEntry } from '../../sequencer/core/entry.js';
import { u24 } from '../../tlog/tls.js';
import { nobleHasher } from '../../tlog/hash.js';
import { LEAF_INDEX_LIMIT, leafIndex, timestampMs, type LeafIndex, type TimestampMs } from '../../tlog/scalars.js';

const NO_BYTES = new Uint8Array(0);
const TIMESTAMP_BYTES = 8;
const INDEX_BYTES = 5;

/** An entry without holes, leaf prefix and trailer: what a tlog-tiles log takes. */
export function plainEntry(data: Uint8Array): Entry {
  return { leafPrefix: NO_BYTES, data, trailer: NO_BYTES, holes: {} };
}

/** Plain entries that differ, stamped with the indices from `first` on. Their data are their indices in three bytes. */
export function stampedEntries(first: number, count: number, timestamp = 1_000): StampedEntry[] {
  return Array.from({ length: count }, (_, i) => {
    const stamp = { index: leafIndex(first + i), timestamp: timestampMs(timestamp) };
    return stampEntry(nobleHasher, plainEntry(u24(first + i)), stamp);
  });
}

/** Any leaf index, any timestamp. */
export const anyStamp: fc.Arbitrary<{ index: LeafIndex; timestamp: TimestampMs }> = fc.record(
  {
    index: fc.maxSafeNat().map((n) => leafIndex(n % LEAF_INDEX_LIMIT)),
    timestamp: fc.maxSafeNat().map(timestampMs),
  },
  { noNullPrototype: true },
);

/** Bytes as they come from a store or from the generated code: half of them in a Buffer, whose slice() is a view. */
function anyBytes(lengths: { minLength?: number; maxLength: number }): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.uint8Array(lengths), fc.boolean())
    .map(([bytes, inBuffer]) => (inBuffer ? Buffer.from(bytes) : bytes));
}

/** Entries of every form that the contract allows, up to some 100 bytes: with and without holes, wherever they fit. */
export const anyEntry: fc.Arbitrary<Entry> = fc
  .record({
    leafPrefix: anyBytes({ maxLength: 64 }),
    data: anyBytes({ minLength: 1, maxLength: 100 }),
    trailer: anyBytes({ maxLength: 50 }),
    timestamp: fc.option(fc.nat(100)),
    index: fc.option(fc.nat(100)),
  })
  .map(({ leafPrefix, data, trailer, timestamp, index }) => {
    const holes = fitting(data.length, { timestamp, index });
    zero(data, holes.timestamp, TIMESTAMP_BYTES);
    zero(data, holes.index, INDEX_BYTES);
    return { leafPrefix, data, trailer, holes };
  });

function fitting(size: number, wish: { timestamp: number | null; index: number | null }): Holes {
  const timestamp = wish.timestamp !== null && wish.timestamp + TIMESTAMP_BYTES <= size ? wish.timestamp : undefined;
  const index = wish.index !== null && wish.index + INDEX_BYTES <= size ? wish.index : undefined;
  const overlap =
    timestamp !== undefined &&
    index !== undefined &&
    index < timestamp + TIMESTAMP_BYTES &&
    timestamp < index + INDEX_BYTES;
  return {
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(index === undefined || overlap ? {} : { index }),
  };
}

function zero(data: Uint8Array, offset: number | undefined, length: number): void {
  if (offset !== undefined) data.fill(0, offset, offset + length);
}
