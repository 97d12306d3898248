import { concatBytes } from './bytes.js';
import { TlogError } from './error.js';
import { EMPTY_ROOT, SHA256_SIZE_BYTES, sha256Of, type Hasher, type Sha256 } from './hash.js';
import { rootOfHashes } from './merkle.js';
import { treeSize, type TreeSize } from './scalars.js';
import { edgeTiles, leavesPerHash, partialWidth, TILE_WIDTH, tilePath, type TileId } from './tile.js';

/**
 * The right edge of a tree: all that has to be known of it to append leaves and to compute roots. `levels[l]` is the
 * partial tile at level l: partialWidth(size, l) · 32 bytes, possibly none. The last level is not empty. An edge is a
 * value: nobody may change its bytes.
 */
export interface Edge {
  readonly size: TreeSize;
  readonly levels: readonly Uint8Array[];
}

/** A tile with its hashes: `id.width` · 32 bytes. Nobody may change them. */
export interface TileContent {
  readonly id: TileId;
  readonly hashes: Uint8Array;
}

/** The edge of the tree without leaves. */
export const EMPTY_EDGE: Edge = { size: treeSize(0), levels: [] };

const TILE_SIZE_BYTES = TILE_WIDTH * SHA256_SIZE_BYTES;
const EMPTY_LEVEL = new Uint8Array(0);

/**
 * Appends leaves to a tree, in time linear in their number. `tiles` are all that have to be written for the new size:
 * each tile that has become full, and the partial tile of each level that has grown; level 0 first, from left to right.
 * @throws TlogError out-of-range for a hash that is not 32 bytes or a tree that becomes too large
 */
export function appendLeaves(
  hasher: Hasher,
  edge: Edge,
  leafHashes: readonly Uint8Array[],
): { edge: Edge; tiles: TileContent[] } {
  checkEdge(edge);
  const size = treeSize(edge.size + leafHashes.length);
  const levels = [...edge.levels];
  const tiles: TileContent[] = [];
  let added: readonly Uint8Array[] = leafHashes;
  for (let level = 0; added.length > 0; level++) {
    const firstIndex = Math.floor(edge.size / leavesPerHash(level + 1));
    const contents = extendTile(levels[level] ?? EMPTY_LEVEL, added);
    contents.forEach((hashes, i) => {
      tiles.push({ id: { level, index: firstIndex + i, width: hashes.length / SHA256_SIZE_BYTES }, hashes });
    });
    const last = contents.at(-1) ?? EMPTY_LEVEL;
    levels[level] = last.length < TILE_SIZE_BYTES ? last : EMPTY_LEVEL;
    added = contents.filter(isFull).map((hashes) => rootOfHashes(hasher, hashes));
  }
  return { edge: { size, levels: withoutEmptyEnd(levels) }, tiles };
}

/** The root of the tree with this edge. Source: RFC 6962, 2.1. */
export function edgeRoot(hasher: Hasher, edge: Edge): Sha256 {
  checkEdge(edge);
  // At each level, the partial tile and the root of what lies to its right, below, are the children of one tree.
  const root = edge.levels.reduce((below, hashes) => {
    const joined = below.length === 0 ? hashes : concatBytes(hashes, below);
    return joined.length === 0 ? EMPTY_LEVEL : rootOfHashes(hasher, joined);
  }, EMPTY_LEVEL);
  return root.length === 0 ? (EMPTY_ROOT.slice() as Sha256) : sha256Of(root);
}

/**
 * The edge of a tree from the bytes of edgeTiles(size), by tilePath(). Others are ignored, and nothing is copied.
 * @throws TlogError malformed when one is missing or has another length
 */
export function edgeFromTiles(size: TreeSize, tiles: ReadonlyMap<string, Uint8Array>): Edge {
  const levels: Uint8Array[] = [];
  for (const id of edgeTiles(size)) {
    while (levels.length < id.level) levels.push(EMPTY_LEVEL);
    levels.push(checkedHashes(id, tiles.get(tilePath(id))));
  }
  return { size, levels };
}

/** Says that these are the hashes of this tile, as far as the length tells. @throws TlogError malformed */
export function checkedHashes(id: TileId, hashes: Uint8Array | undefined): Uint8Array {
  const want = id.width * SHA256_SIZE_BYTES;
  if (hashes?.length === want) return hashes;
  const got = hashes === undefined ? 'nothing' : `${hashes.length} bytes`;
  throw new TlogError({ code: 'malformed', what: tilePath(id), got, want: `${want} bytes` });
}

/** The tiles that begin with the hashes of `partial` and go on with `added`: full ones, and perhaps a partial one. */
function extendTile(partial: Uint8Array, added: readonly Uint8Array[]): Uint8Array[] {
  const total = partial.length / SHA256_SIZE_BYTES + added.length;
  const contents: Uint8Array[] = [];
  for (let begin = 0; begin < total; begin += TILE_WIDTH) {
    contents.push(new Uint8Array(Math.min(total - begin, TILE_WIDTH) * SHA256_SIZE_BYTES));
  }
  contents[0]?.set(partial);
  let position = partial.length;
  for (const hash of added) {
    contents[Math.floor(position / TILE_SIZE_BYTES)]?.set(sha256Of(hash), position % TILE_SIZE_BYTES);
    position += SHA256_SIZE_BYTES;
  }
  return contents;
}

/** An edge whose tiles do not fit its size would make a wrong root, which somebody might sign. */
function checkEdge(edge: Edge): void {
  edge.levels.forEach((hashes, level) => {
    const width = partialWidth(edge.size, level);
    if (hashes.length === width * SHA256_SIZE_BYTES) return;
    const what = `edge of size ${edge.size} at level ${level}`;
    const want = `${width} hashes`;
    throw new TlogError({ code: 'mismatch', what, got: `${hashes.length} bytes`, want });
  });
  if (leavesPerHash(edge.levels.length) <= edge.size) {
    const want = `the levels of a tree of size ${edge.size}`;
    throw new TlogError({ code: 'mismatch', what: 'edge', got: `${edge.levels.length} levels`, want });
  }
}

function isFull(hashes: Uint8Array): boolean {
  return hashes.length === TILE_SIZE_BYTES;
}

function withoutEmptyEnd(levels: readonly Uint8Array[]): readonly Uint8Array[] {
  return levels.slice(0, levels.findLastIndex((hashes) => hashes.length > 0) + 1);
}
