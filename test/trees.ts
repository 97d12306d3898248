import { appendLeaves, EMPTY_EDGE, type TileContent } from '../tlog/edge.js';
import { nobleHasher, type Sha256 } from '../tlog/hash.js';
import { TILE_WIDTH, tilePath, type TileId } from '../tlog/tile.js';
import { u24 } from '../tlog/tls.js';

/** The leaves of a test tree: that at index i is i in three bytes. */
export function testLeaves(size: number): Uint8Array[] {
  return Array.from({ length: size }, (_, i) => u24(i));
}

/** Their hashes. */
export function testLeafHashes(size: number): Sha256[] {
  return testLeaves(size).map((leaf) => nobleHasher.leaf(leaf));
}

/** Tiles by their paths, as a log would hold them. */
export function tileMap(tiles: readonly TileContent[]): Map<string, Uint8Array> {
  return new Map(tiles.map(({ id, hashes }) => [tilePath(id), hashes]));
}

/** The tiles of every tree over the first of these leaves: a narrower tile is the beginning of a wider one. */
export function tileSource(leafHashes: readonly Uint8Array[]): (id: TileId) => Uint8Array {
  const { tiles } = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes);
  const widest = new Map(tiles.map(({ id, hashes }) => [positionOf(id), hashes]));
  return (id) => {
    const hashes = widest.get(positionOf(id));
    if (hashes === undefined || id.width > TILE_WIDTH) throw new Error(`no tile ${tilePath(id)}`);
    return hashes.subarray(0, id.width * 32);
  };
}

function positionOf(id: TileId): string {
  return `${id.level}/${id.index}`;
}
