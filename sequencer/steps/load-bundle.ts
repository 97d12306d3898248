import { equalBytes, toHex } from '../../tlog/bytes.js';
import { SHA256_SIZE_BYTES } from '../../tlog/hash.js';
import { bundlePath, TILE_WIDTH, tilePath, type TileId } from '../../tlog/tile.js';
import type { BundleRecord } from '../core/layout.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { LogDeps } from '../ports/log-deps.js';

/** A bundle whose entries are the leaves of its tile. */
export interface LoadedBundle {
  readonly bytes: Uint8Array;
  readonly records: readonly BundleRecord[];
}

/**
 * Reads the entries below a level-0 tile, and holds each against its leaf hash.
 *
 * @param hashes those of the tile. @throws SequencerError data-loss naming the bundle that is missing or damaged.
 */
export async function loadBundle(
  deps: LogDeps,
  { tile, hashes }: { readonly tile: TileId; readonly hashes: Uint8Array },
  signal: AbortSignal,
): Promise<LoadedBundle> {
  const name = bundlePath(deps.layout.bundle, tile.index, tile.width);
  const stored = await deps.store.public.read(name, signal);
  if (stored === undefined) throw dataLoss(name, 'it is missing, and the tree needs it');
  const records = decode(deps, name, stored.bytes);
  if (records.length !== tile.width) throw dataLoss(name, `it has ${records.length} entries, and wants ${tile.width}`);
  records.forEach(({ leafPrefix, data }, i) => {
    const hash = hashes.subarray(i * SHA256_SIZE_BYTES, (i + 1) * SHA256_SIZE_BYTES);
    if (equalBytes(deps.hasher.leaf(leafPrefix, data), hash)) return;
    const index = tile.index * TILE_WIDTH + i;
    throw dataLoss(name, `its entry ${index} does not have the leaf hash ${toHex(hash)} of ${tilePath(tile)}`);
  });
  return { bytes: stored.bytes, records };
}

function decode({ layout }: LogDeps, name: string, bytes: Uint8Array): readonly BundleRecord[] {
  try {
    return layout.decode(bytes);
  } catch (error) {
    throw dataLoss(name, error instanceof Error ? error.message : String(error), error);
  }
}
