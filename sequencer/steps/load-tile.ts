import { equalBytes, toHex } from '../../tlog/bytes.js';
import type { Edge } from '../../tlog/edge.js';
import { SHA256_SIZE_BYTES } from '../../tlog/hash.js';
import { rootOfHashes } from '../../tlog/merkle.js';
import { TILE_WIDTH, tileIn, tilePath, type TileId } from '../../tlog/tile.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { LogDeps } from '../ports/log-deps.js';

type TileDeps = Pick<LogDeps, 'store' | 'hasher'>;

/** Reads tiles of the integrated tree. @throws SequencerError data-loss naming the tile that is missing or damaged. */
export type TileReader = (id: TileId, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * A reader that vouches for every hash: a partial tile is on the right edge, which makes the root of the tree, and a full
 * one makes the hash that stands for it in the tile above.
 */
export function createTileReader(deps: TileDeps, edge: Edge): TileReader {
  /** The full tile of each level that was read last: the next ones have the same parents. */
  const latest = new Map<number, { readonly index: number; readonly hashes: Uint8Array }>();
  const read: TileReader = async (id, signal) => {
    if (id.width < TILE_WIDTH) return edge.levels[id.level] ?? new Uint8Array(0);
    const known = latest.get(id.level);
    if (known?.index === id.index) return known.hashes;
    const hashes = await loadTile(deps, id, signal);
    const parent = tileIn(edge.size, id.level + 1, Math.floor(id.index / TILE_WIDTH));
    const begin = (id.index % TILE_WIDTH) * SHA256_SIZE_BYTES;
    const want = (await read(parent, signal)).subarray(begin, begin + SHA256_SIZE_BYTES);
    const root = rootOfHashes(deps.hasher, hashes);
    if (!equalBytes(root, want)) {
      throw dataLoss(tilePath(id), `its hashes make ${toHex(root)}, and ${tilePath(parent)} has ${toHex(want)} for it`);
    }
    latest.set(id.level, { index: id.index, hashes });
    return hashes;
  };
  return read;
}

/** The bytes of a tile, of which only the length is checked. */
export async function loadTile({ store }: TileDeps, id: TileId, signal: AbortSignal): Promise<Uint8Array> {
  const name = tilePath(id);
  const stored = await store.public.read(name, signal);
  if (stored === undefined) throw dataLoss(name, 'it is missing, and the tree needs it');
  const want = id.width * SHA256_SIZE_BYTES;
  if (stored.bytes.length === want) return stored.bytes;
  throw dataLoss(name, `it has ${stored.bytes.length} bytes, and wants ${want}`);
}
