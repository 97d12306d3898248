import { SHA256_SIZE_BYTES } from '../../tlog/hash.js';
import { bundlePath, TILE_WIDTH, tilePath, type BundleKind, type TileId } from '../../tlog/tile.js';
import type { PublicObjects } from './public-objects.js';

/** An object that was read, under the path at which it was found. */
export interface FoundObject {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether this is the full object in place of the partial one that was asked for. */
  readonly isFullInstead: boolean;
}

/**
 * A tile. A log may remove a partial tile once the full one is there, so that is looked at next; `bytes` are then its
 * first hashes only. Source: c2sp.org/tlog-tiles, "Partial Tiles".
 */
export async function readTile(
  objects: PublicObjects,
  id: TileId,
  signal?: AbortSignal,
): Promise<FoundObject | undefined> {
  const found = await readWithFallback(objects, (width) => tilePath({ ...id, width }), { width: id.width, signal });
  if (found?.isFullInstead !== true || found.bytes.length !== TILE_WIDTH * SHA256_SIZE_BYTES) return found;
  return { ...found, bytes: found.bytes.subarray(0, id.width * SHA256_SIZE_BYTES) };
}

/** A bundle. Where the full one stands in for a partial one, it has more entries than were asked for. */
export async function readBundle(
  objects: PublicObjects,
  bundle: { readonly kind: BundleKind; readonly index: number; readonly width: number },
  signal?: AbortSignal,
): Promise<FoundObject | undefined> {
  const { kind, index, width } = bundle;
  return readWithFallback(objects, (anyWidth) => bundlePath(kind, index, anyWidth), { width, signal });
}

async function readWithFallback(
  objects: PublicObjects,
  pathOf: (width: number) => string,
  { width, signal }: { width: number; signal: AbortSignal | undefined },
): Promise<FoundObject | undefined> {
  for (const tried of new Set([width, TILE_WIDTH])) {
    const path = pathOf(tried);
    const bytes = await objects.read(path, signal);
    if (bytes !== undefined) return { path, bytes, isFullInstead: tried !== width };
  }
  return undefined;
}
