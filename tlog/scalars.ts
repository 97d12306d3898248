import { TlogError } from './error.js';

/** The position of a leaf in a log: an integer, 0 ≤ index < LEAF_INDEX_LIMIT. */
export type LeafIndex = number & { readonly brand: 'LeafIndex' };

/** The number of leaves of a tree: an integer, 0 ≤ size ≤ LEAF_INDEX_LIMIT. */
export type TreeSize = number & { readonly brand: 'TreeSize' };

/** Milliseconds since 1970-01-01T00:00:00Z: an integer, 0 ≤ timestamp ≤ Number.MAX_SAFE_INTEGER. */
export type TimestampMs = number & { readonly brand: 'TimestampMs' };

/** One more than the greatest leaf index. Source: c2sp.org/static-ct-api, `uint8 uint40[5]; uint40 LeafIndex`. */
export const LEAF_INDEX_LIMIT: number = 2 ** 40;

/** Says that `n` is a leaf index. @throws TlogError out-of-range */
export function leafIndex(n: number): LeafIndex {
  return integerUpTo(n, LEAF_INDEX_LIMIT - 1, 'leaf index') as LeafIndex;
}

/** Says that `n` is a tree size. @throws TlogError out-of-range */
export function treeSize(n: number): TreeSize {
  return integerUpTo(n, LEAF_INDEX_LIMIT, 'tree size') as TreeSize;
}

/** Says that `n` is a timestamp in ms. @throws TlogError out-of-range */
export function timestampMs(n: number): TimestampMs {
  return integerUpTo(n, Number.MAX_SAFE_INTEGER, 'timestamp') as TimestampMs;
}

function integerUpTo(n: number, max: number, what: string): number {
  // -0 would be formatted as "0" but is no decimal that anybody wrote; Object.is keeps it out.
  if (Number.isSafeInteger(n) && 0 <= n && n <= max && !Object.is(n, -0)) return n;
  throw new TlogError({ code: 'out-of-range', what, got: String(n), want: `an integer from 0 to ${max}` });
}
