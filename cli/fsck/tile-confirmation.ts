import { equalBytes, toHex } from '../../tlog/bytes.js';
import type { Hasher } from '../../tlog/hash.js';
import { rootOfHashes } from '../../tlog/merkle.js';
import type { TileId } from '../../tlog/tile.js';
import type { FoundObject } from '../public-log/tree-objects.js';
import type { Finding } from './finding.js';
import { differenceOf, notWhole, wholeTile } from './tile-hashes.js';

/** What the root of a tile's hashes has to be, and who says so. */
export interface ExpectedRoot {
  readonly hash: Uint8Array;
  /** Like `hash 3 of tile/1/000`. */
  readonly source: string;
}

/** What the objects directly below a tile say its hashes are. */
export interface Below {
  /** Undefined where one of these objects is missing or cannot be read. */
  readonly hashes: Uint8Array | undefined;
  /** Like `computed from tile/data/000`. */
  readonly source: string;
}

/** The hashes of a tile, where they are known beyond doubt; and what is wrong with the tile that was found. */
export interface Confirmation {
  readonly confirmed: Uint8Array | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Finds out what the hashes of a full tile are.
 *
 * Three witnesses speak of them: the tile that was found, what lies above and what lies below. The tile is right if it
 * agrees with what lies above. If not, but what lies below does, the tile alone is damaged, and known all the same.
 *
 * @param readBelow asked only if the tile is not right.
 */
export async function confirmTile(
  hasher: Hasher,
  tile: { readonly id: TileId; readonly found: FoundObject | undefined; readonly expected: ExpectedRoot | undefined },
  readBelow: () => Promise<Below>,
): Promise<Confirmation> {
  const { id, found, expected } = tile;
  const hashes = wholeTile(found, id);
  if (hasRoot(hasher, hashes, expected)) return { confirmed: hashes, findings: [] };
  const below = await readBelow();
  if (below.hashes !== undefined && hasRoot(hasher, below.hashes, expected)) {
    const known = { hashes: below.hashes, source: below.source };
    return { confirmed: below.hashes, findings: tileFindings(tile, known) };
  }
  if (found === undefined || hashes === undefined) return { confirmed: undefined, findings: [notWhole(found, id)] };
  if (expected !== undefined) {
    const got = toHex(rootOfHashes(hasher, hashes));
    const want = `${toHex(expected.hash)} (${expected.source})`;
    return { confirmed: undefined, findings: [{ object: found.path, what: 'root of its hashes', got, want }] };
  }
  return { confirmed: undefined, findings: doubtfulFindings(tile, below) };
}

/** What is wrong with the tile that was found, when its hashes are known. */
export function tileFindings(
  { id, found }: { readonly id: TileId; readonly found: FoundObject | undefined },
  known: { readonly hashes: Uint8Array; readonly source: string },
): Finding[] {
  const hashes = wholeTile(found, id);
  if (found === undefined || hashes === undefined) return [notWhole(found, id)];
  return differenceOf({ object: found.path, hashes }, known);
}

/** What is wrong with a tile, or with what lies below it, when nothing shows which. */
export function doubtfulFindings(
  tile: { readonly id: TileId; readonly found: FoundObject | undefined },
  { hashes, source }: Below,
): Finding[] {
  const isWhole = wholeTile(tile.found, tile.id) !== undefined;
  if (!isWhole) return [notWhole(tile.found, tile.id)];
  if (hashes === undefined) return [];
  return tileFindings(tile, { hashes, source: `${source}; either of the two may be the damaged one` });
}

function hasRoot(hasher: Hasher, hashes: Uint8Array | undefined, expected: ExpectedRoot | undefined): boolean {
  if (hashes === undefined || expected === undefined) return false;
  return equalBytes(rootOfHashes(hasher, hashes), expected.hash);
}
