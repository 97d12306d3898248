import { equalBytes, toHex } from '../../tlog/bytes.js';
import { edgeFromTiles, edgeRoot, type Edge } from '../../tlog/edge.js';
import { edgeTiles, TILE_WIDTH, tileIn, tilePath } from '../../tlog/tile.js';
import type { Frontier } from '../core/integration.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';
import { loadBundle } from './load-bundle.js';
import { loadStamps } from './load-stamps.js';
import { createTileReader, loadTile } from './load-tile.js';

const NO_BYTES = new Uint8Array(0);

/**
 * Reads the right edge of the tree and its last bundle, and verifies them: the tiles make the stored root, and the entries
 * of the bundle are the leaves of the tile. Nothing is ever appended to an edge that did not pass this.
 *
 * @throws SequencerError data-loss naming the object that is missing or damaged.
 */
export async function loadFrontier(deps: LogDeps, tree: TreeState, signal: AbortSignal): Promise<Frontier> {
  const edge = await loadEdge(deps, tree, signal);
  return { edge, ...(await loadLastPages(deps, { tree, edge }, signal)) };
}

async function loadEdge(deps: LogDeps, tree: TreeState, signal: AbortSignal): Promise<Edge> {
  const tiles = new Map<string, Uint8Array>();
  for (const id of edgeTiles(tree.size)) tiles.set(tilePath(id), await loadTile(deps, id, signal));
  const edge = edgeFromTiles(tree.size, tiles);
  const root = edgeRoot(deps.hasher, edge);
  if (equalBytes(root, tree.root)) return edge;
  const names = [...tiles.keys()].join(', ');
  throw dataLoss(names, `together they make the root ${toHex(root)}, and the tree has ${toHex(tree.root)}`);
}

/** @returns the bytes of the last pages where they are partial; full ones are verified too, and not needed any more. */
async function loadLastPages(
  deps: LogDeps,
  { tree, edge }: { readonly tree: TreeState; readonly edge: Edge },
  signal: AbortSignal,
): Promise<Omit<Frontier, 'edge'>> {
  if (tree.size === 0) return { bundle: NO_BYTES, stamps: NO_BYTES };
  const tile = tileIn(tree.size, 0, Math.floor((tree.size - 1) / TILE_WIDTH));
  const hashes = await createTileReader(deps, edge)(tile, signal);
  const { bytes: bundle, records } = await loadBundle(deps, { tile, hashes }, signal);
  const { bytes: stamps } = deps.layout.keepsStampPages
    ? await loadStamps(deps, { tile, records, lastTimestamp: tree.entryTimestamp }, signal)
    : { bytes: NO_BYTES };
  return tile.width === TILE_WIDTH ? { bundle: NO_BYTES, stamps: NO_BYTES } : { bundle, stamps };
}
