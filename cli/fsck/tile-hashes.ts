import { equalBytes, toHex } from '../../tlog/bytes.js';
import { SHA256_SIZE_BYTES } from '../../tlog/hash.js';
import { tilePath, type TileId } from '../../tlog/tile.js';
import type { FoundObject } from '../public-log/tree-objects.js';
import { missing, type Finding } from './finding.js';

/** The hash at position `i` of a tile: a view. */
export function hashAt(hashes: Uint8Array, i: number): Uint8Array {
  return hashes.subarray(i * SHA256_SIZE_BYTES, (i + 1) * SHA256_SIZE_BYTES);
}

/** The position of the first hash in which two tiles differ. */
export function firstDifference(got: Uint8Array, want: Uint8Array): number | undefined {
  for (let i = 0; i * SHA256_SIZE_BYTES < want.length; i++) {
    if (!equalBytes(hashAt(got, i), hashAt(want, i))) return i;
  }
  return undefined;
}

/** The hashes of a tile, if it was found and has the size of one; nothing else is said of it. */
export function wholeTile(found: FoundObject | undefined, { width }: TileId): Uint8Array | undefined {
  return found?.bytes.length === width * SHA256_SIZE_BYTES ? found.bytes : undefined;
}

/** The finding about a tile that is not a whole one. */
export function notWhole(found: FoundObject | undefined, id: TileId): Finding {
  const want = `${id.width * SHA256_SIZE_BYTES} bytes`;
  if (found === undefined) return missing(tilePath(id), want);
  return { object: found.path, what: 'size', got: `${found.bytes.length} bytes`, want };
}

/** The finding about the first hash of a tile that is not what it should be; none if there is no such hash. */
export function differenceOf(
  tile: { readonly object: string; readonly hashes: Uint8Array },
  want: { readonly hashes: Uint8Array; readonly source: string },
): Finding[] {
  const i = firstDifference(tile.hashes, want.hashes);
  if (i === undefined) return [];
  const what = `hash ${i} at byte ${i * SHA256_SIZE_BYTES}`;
  const wanted = `${toHex(hashAt(want.hashes, i))} (${want.source})`;
  return [{ object: tile.object, what, got: toHex(hashAt(tile.hashes, i)), want: wanted }];
}
