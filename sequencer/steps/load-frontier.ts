import { equalBytes, toHex } from '../../tlog/bytes.js';
import { edgeFromTiles, edgeRoot } from '../../tlog/edge.js';
import { SHA256_SIZE_BYTES } from '../../tlog/hash.js';
import type { TreeSize } from '../../tlog/scalars.js';
import { bundlePath, edgeTiles, partialWidth, TILE_WIDTH, tileIn, tilePath } from '../../tlog/tile.js';
import type { Frontier } from '../core/integration.js';
import type { BundleRecord } from '../core/layout.js';
import { stampPageName } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import { STAMP_SIZE_BYTES } from '../core/stamp-page.js';
import type { TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';

/**
 * Reads the right edge of the tree and its last bundle, and verifies them: the tiles make the stored root, and the entries
 * of the bundle are the leaves of the tile. Nothing is ever appended to an edge that did not pass this.
 *
 * @throws SequencerError data-loss naming the object that is missing or damaged.
 */
export async function loadFrontier(deps: LogDeps, tree: TreeState, signal: AbortSignal): Promise<Frontier> {
  const tiles = new Map<string, Uint8Array>();
  for (const id of edgeTiles(tree.size)) {
    const name = tilePath(id);
    const hashes = await readPublic(deps, name, signal);
    const want = id.width * SHA256_SIZE_BYTES;
    if (hashes.length !== want)
      throw dataLoss(name, `it has ${String(hashes.length)} bytes, and wants ${String(want)}`);
    tiles.set(name, hashes);
  }
  const edge = edgeFromTiles(tree.size, tiles);
  const root = edgeRoot(deps.hasher, edge);
  if (!equalBytes(root, tree.root)) {
    const names = [...tiles.keys()].join(', ');
    throw dataLoss(names, `together they make the root ${toHex(root)}, and the tree has ${toHex(tree.root)}`);
  }
  return {
    edge,
    bundle: await loadLastBundle(deps, tree.size, { tiles, signal }),
    stamps: await loadLastStamps(deps, tree.size, signal),
  };
}

async function readPublic({ store }: LogDeps, name: string, signal: AbortSignal): Promise<Uint8Array> {
  const stored = await store.public.read(name, signal);
  if (stored === undefined) throw dataLoss(name, 'it is missing, and the tree needs it');
  return stored.bytes;
}

/** @returns the bytes of the last bundle where it is partial; a full one is verified too, and not needed any more. */
async function loadLastBundle(
  deps: LogDeps,
  size: TreeSize,
  { tiles, signal }: { tiles: ReadonlyMap<string, Uint8Array>; signal: AbortSignal },
): Promise<Uint8Array> {
  if (size === 0) return new Uint8Array(0);
  const index = Math.floor((size - 1) / TILE_WIDTH);
  const tile = tileIn(size, 0, index);
  const name = bundlePath(deps.layout.bundle, index, tile.width);
  const hashes = tiles.get(tilePath(tile)) ?? (await readPublic(deps, tilePath(tile), signal));
  const bundle = await readPublic(deps, name, signal);
  verifyBundle(deps, bundle, { name, hashes, width: tile.width, firstIndex: index * TILE_WIDTH });
  return partialWidth(size, 0) === 0 ? new Uint8Array(0) : bundle;
}

/** @returns the bytes of the last stamp page where it is partial. */
async function loadLastStamps({ store, layout }: LogDeps, size: TreeSize, signal: AbortSignal): Promise<Uint8Array> {
  const width = partialWidth(size, 0);
  if (!layout.keepsStampPages || width === 0) return new Uint8Array(0);
  const name = stampPageName(Math.floor(size / TILE_WIDTH), width);
  const stored = await store.private.read(name, signal);
  if (stored?.bytes.length === width * STAMP_SIZE_BYTES) return stored.bytes;
  throw dataLoss(name, stored === undefined ? 'it is missing' : `it has ${String(stored.bytes.length)} bytes`);
}

/** The entries of a bundle, each held against its leaf hash in the tile. @throws SequencerError data-loss. */
export function verifyBundle(
  { hasher, layout }: Pick<LogDeps, 'hasher' | 'layout'>,
  bundle: Uint8Array,
  want: { readonly name: string; readonly hashes: Uint8Array; readonly width: number; readonly firstIndex: number },
): readonly BundleRecord[] {
  let records: readonly BundleRecord[];
  try {
    records = layout.decode(bundle);
  } catch (error) {
    throw dataLoss(want.name, error instanceof Error ? error.message : String(error), error);
  }
  if (records.length !== want.width) {
    throw dataLoss(want.name, `it has ${String(records.length)} entries, and wants ${String(want.width)}`);
  }
  records.forEach(({ leafPrefix, data }, i) => {
    const hash = want.hashes.subarray(i * SHA256_SIZE_BYTES, (i + 1) * SHA256_SIZE_BYTES);
    if (equalBytes(hasher.leaf(leafPrefix, data), hash)) return;
    const index = String(want.firstIndex + i);
    throw dataLoss(want.name, `its entry ${index} does not have the leaf hash ${toHex(hash)} of the tree`);
  });
  return records;
}
