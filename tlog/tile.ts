import { LEAF_INDEX_LIMIT, type TreeSize } from './scalars.js';
import { TlogError } from './error.js';

/** How many levels of the Merkle tree one level of tiles spans. Source: c2sp.org/tlog-tiles. */
const TILE_HEIGHT = 8;

/** The number of hashes of a full tile, and of entries of a full bundle. Source: c2sp.org/tlog-tiles. */
export const TILE_WIDTH = 256;

/** The highest level at which a tree of at most LEAF_INDEX_LIMIT leaves has a tile. Source: c2sp.org/static-ct-api. */
const TILE_LEVEL_MAX = 5;

/**
 * One tile, full or partial. Its hashes are those of `width` consecutive subtrees with 256^level leaves each, from the
 * `index · 256`-th on. Level 0 to 5, width 1 to 256.
 */
export interface TileId {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** Where entries are: `data` in a static-ct log, `entries` in a tlog-tiles log. */
export type BundleKind = 'data' | 'entries';

/** The number of leaves below one hash of a tile at `level`. */
export function leavesPerHash(level: number): number {
  return 2 ** (TILE_HEIGHT * level);
}

/** The number of hashes in the partial tile at `level` of a tree; 0 when there is none. Source: c2sp.org/tlog-tiles. */
export function partialWidth(size: TreeSize, level: number): number {
  return Math.floor(size / leavesPerHash(level)) % TILE_WIDTH;
}

/** The tile at `level` and `index` of a tree of `size` leaves, as wide as it is there. @throws TlogError out-of-range */
export function tileIn(size: TreeSize, level: number, index: number): TileId {
  const width = Math.min(Math.floor(size / leavesPerHash(level)) - index * TILE_WIDTH, TILE_WIDTH);
  if (0 <= index && 1 <= width) return { level, index, width };
  const got = `index ${index} at level ${level}`;
  throw new TlogError({ code: 'out-of-range', what: 'tile', got, want: `one of a tree of size ${size}` });
}

/** The partial tile of each level that has one, level 0 first. With the full tiles they make up the whole tree. */
export function edgeTiles(size: TreeSize): TileId[] {
  const tiles: TileId[] = [];
  for (let level = 0; leavesPerHash(level) <= size; level++) {
    const width = partialWidth(size, level);
    if (width > 0) tiles.push({ level, index: Math.floor(size / leavesPerHash(level + 1)), width });
  }
  return tiles;
}

/** The greatest index of a tile at `level` in the greatest tree. */
function tileIndexMax(level: number): number {
  return Math.ceil(LEAF_INDEX_LIMIT / leavesPerHash(level + 1)) - 1;
}

/** Says that there can be such a tile. @throws TlogError out-of-range */
function checkedTile(tile: TileId): TileId {
  checkRange('tile level', tile.level, 0, TILE_LEVEL_MAX);
  checkRange('tile index', tile.index, 0, tileIndexMax(tile.level));
  checkRange('tile width', tile.width, 1, TILE_WIDTH);
  return tile;
}

function checkRange(what: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && min <= value && value <= max) return;
  const want = `an integer from ${min} to ${max}`;
  throw new TlogError({ code: 'out-of-range', what, got: String(value), want });
}

/** The path of a tile below a log's prefix, e.g. `tile/0/x001/x234/067` or `tile/0/x001/x234/067.p/8`. @throws TlogError out-of-range */
export function tilePath(id: TileId): string {
  const { level, index, width } = checkedTile(id);
  return `tile/${level}/${indexPath(index, width)}`;
}

/** The path of the entries whose hashes are the level-0 tile with this index and width. @throws TlogError out-of-range */
export function bundlePath(kind: BundleKind, index: number, width: number): string {
  checkedTile({ level: 0, index, width });
  return `tile/${kind}/${indexPath(index, width)}`;
}

/** What a path below a log's prefix names. */
export type PublicPath =
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'tile'; readonly tile: TileId }
  | { readonly kind: 'bundle'; readonly bundle: BundleKind; readonly index: number; readonly width: number }
  | { readonly kind: 'issuer'; readonly fingerprint: string };

const TILE_PATH = /^tile\/(?:([0-5])|(data|entries))\/((?:x\d{3}\/){0,3}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const ISSUER_PATH = /^issuer\/([0-9a-f]{64})$/;

/**
 * What a path names, or undefined if it is not exactly the path of something that a log can have: no leading slash, no
 * superfluous zeros, no partial tile of width 256. Source: c2sp.org/tlog-tiles, c2sp.org/static-ct-api.
 */
export function parsePublicPath(path: string): PublicPath | undefined {
  if (path === 'checkpoint') return { kind: 'checkpoint' };
  const fingerprint = ISSUER_PATH.exec(path)?.[1];
  if (fingerprint !== undefined) return { kind: 'issuer', fingerprint };
  const match = TILE_PATH.exec(path);
  if (match === null) return undefined;
  const [, level = '0', bundle, groups = '', partial] = match;
  const index = Number(groups.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const tile = { level: Number(level), index, width };
  if (index > tileIndexMax(tile.level) || width > TILE_WIDTH) return undefined;
  // There is one spelling of everything: what is spelt otherwise is nothing, and no cache holds a tile twice.
  if (bundle === undefined) return path === tilePath(tile) ? { kind: 'tile', tile } : undefined;
  const kind = bundle as BundleKind;
  return path === bundlePath(kind, index, width) ? { kind: 'bundle', bundle: kind, index, width } : undefined;
}

function indexPath(index: number, width: number): string {
  const groups: string[] = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    const digits = String(rest % 1000).padStart(3, '0');
    groups.unshift(groups.length === 0 ? digits : `x${digits}`);
  }
  return groups.join('/') + (width === TILE_WIDTH ? '' : `.p/${width}`);
}
