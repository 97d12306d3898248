import type { Hasher, Sha256 } from '../../tlog/hash.js';
import { leafIndex, type LeafIndex, type TimestampMs } from '../../tlog/scalars.js';
import { stampEntry, type Entry, type StampedEntry } from './entry.js';

/** Where an identity is in the log. */
export interface Place {
  readonly index: LeafIndex;
  readonly timestamp: TimestampMs;
}

/** A place with the identity that is there. */
export interface Placed extends Place {
  readonly identity: Sha256;
}

/** The answer for one entry. */
export interface AddedEntry extends Place {
  readonly duplicate: boolean;
}

/** An entry with its identity. */
export interface IdentifiedEntry {
  readonly entry: Entry;
  readonly identity: Sha256;
}

/** The next batch: what to store, and what to answer once it is stored. */
export interface BatchPlan {
  /** The new entries, stamped, in the order of their indices; may be empty. */
  readonly entries: readonly StampedEntry[];
  /** The identities of `entries`, in the same order. */
  readonly placed: readonly Placed[];
  /** One list for each call, one answer for each of its entries. */
  readonly answers: readonly (readonly AddedEntry[])[];
}

/** Identities as keys of a Map: one character for each byte. */
export function identityKey(identity: Sha256): string {
  return String.fromCharCode(...identity);
}

/**
 * Gives every new entry of `calls` the next index, from `next` on, and one timestamp; an identity that is known, or that
 * came earlier in the same batch, gets its place again.
 *
 * @param find the place of an identity in the log, or undefined; it throws when that cannot be told.
 */
export function planBatch(
  { hasher, find }: { readonly hasher: Hasher; readonly find: (identity: Sha256) => Place | undefined },
  calls: readonly (readonly IdentifiedEntry[])[],
  from: { readonly next: number; readonly timestamp: TimestampMs },
): BatchPlan {
  const entries: StampedEntry[] = [];
  const placed: Placed[] = [];
  const inBatch = new Map<string, Place>();
  const answer = ({ entry, identity }: IdentifiedEntry): AddedEntry => {
    const key = identityKey(identity);
    const known = inBatch.get(key) ?? find(identity);
    if (known !== undefined) return { index: known.index, timestamp: known.timestamp, duplicate: true };
    const place = { index: leafIndex(from.next + entries.length), timestamp: from.timestamp };
    inBatch.set(key, place);
    entries.push(stampEntry(hasher, entry, place));
    placed.push({ ...place, identity });
    return { ...place, duplicate: false };
  };
  return { entries, placed, answers: calls.map((call) => call.map(answer)) };
}
