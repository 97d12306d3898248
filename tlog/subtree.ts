import { concatBytes } from './bytes.js';
import { checkedHashes } from './edge.js';
import { SHA256_SIZE_BYTES, type Hasher, type Sha256 } from './hash.js';
import { rootOfHashes, splitPoint } from './merkle.js';
import type { LeafIndex, TreeSize } from './scalars.js';
import { leavesPerHash, TILE_WIDTH, tileIn, tilePath, type TileId } from './tile.js';

/** The leaves [begin, end) below one node of a tree: end - begin ≤ 2^j for a j with 2^j dividing begin. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** The nodes of an inclusion proof, the leaf's sibling first. Source: RFC 6962, 2.1.1, PATH(). */
export function inclusionRanges(index: LeafIndex, size: TreeSize): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, Number(size)];
  while (end - begin > 1) {
    const middle = begin + splitPoint(end - begin);
    if (index < middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  return ranges.reverse();
}

/** The nodes of a consistency proof for 0 < oldSize ≤ newSize. Source: RFC 6962, 2.1.2, SUBPROOF(). */
export function consistencyRanges(oldSize: TreeSize, newSize: TreeSize): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [begin, end] = [0, Number(newSize)];
  while (oldSize < end) {
    const middle = begin + splitPoint(end - begin);
    if (oldSize <= middle) {
      ranges.push({ begin: middle, end });
      end = middle;
    } else {
      ranges.push({ begin, end: middle });
      begin = middle;
    }
  }
  // From begin 0 on, the node is the old tree itself, which the verifier knows.
  if (begin > 0) ranges.push({ begin, end });
  return ranges.reverse();
}

/** The tiles from which the hashes of these ranges can be computed, each once, in the order in which they are used. */
export function tilesOf(ranges: readonly LeafRange[], size: TreeSize): TileId[] {
  const slices = ranges.flatMap((range) => slicesOf(range, size));
  return [...new Map(slices.map(({ tile }) => [tilePath(tile), tile])).values()];
}

/** The hash of the node above these leaves of a tree of `size`, from its tiles. @throws TlogError malformed */
export function rangeHash(
  hasher: Hasher,
  range: LeafRange,
  source: { readonly size: TreeSize; readonly tile: (id: TileId) => Uint8Array },
): Sha256 {
  let below: Uint8Array = new Uint8Array(0);
  for (const { tile, begin, end } of slicesOf(range, source.size)) {
    const hashes = checkedHashes(tile, source.tile(tile)).subarray(begin * SHA256_SIZE_BYTES, end * SHA256_SIZE_BYTES);
    below = rootOfHashes(hasher, concatBytes(hashes, below));
  }
  return below as Sha256;
}

/** The hashes [begin, end) of one tile. */
interface TileSlice {
  readonly tile: TileId;
  readonly begin: number;
  readonly end: number;
}

/**
 * Where the hashes lie that a node is made of, lowest level first: at each level, what the level above does not cover.
 * As a range begins where a subtree of its size would, only its end is ragged.
 */
function slicesOf(range: LeafRange, size: TreeSize): TileSlice[] {
  const slices: TileSlice[] = [];
  for (let level = 0; ; level++) {
    const begin = Math.floor(range.begin / leavesPerHash(level));
    const end = Math.floor(range.end / leavesPerHash(level));
    const index = Math.floor((end - 1) / TILE_WIDTH);
    const tileBegin = index * TILE_WIDTH;
    const isHighest = tileBegin <= begin && end - begin < TILE_WIDTH;
    if (isHighest || end % TILE_WIDTH > 0) {
      const tile = tileIn(size, level, index);
      slices.push({ tile, begin: Math.max(begin - tileBegin, 0), end: end - tileBegin });
    }
    if (isHighest) return slices;
  }
}
