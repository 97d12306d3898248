import { concatBytes } from '../../tlog/bytes.js';
import { rootOfHashes } from '../../tlog/merkle.js';
import { TILE_WIDTH, tilePath, type TileId } from '../../tlog/tile.js';
import { readTile } from '../public-log/tree-objects.js';
import { bundlePathOf, readBundleOf, type AuditedLog } from './audited-log.js';
import { auditBundle } from './bundle-audit.js';
import { inOrder } from '../in-order.js';
import type { Below } from './tile-confirmation.js';
import { wholeTile } from './tile-hashes.js';

/** The full tiles whose roots are the hashes of a tile above level 0. */
export function childTiles({ level, index, width }: TileId): TileId[] {
  const first = index * TILE_WIDTH;
  return Array.from({ length: width }, (_, i) => ({ level: level - 1, index: first + i, width: TILE_WIDTH }));
}

/** Computes the hashes of a tile from the objects directly below it. */
export async function readBelow(log: AuditedLog, id: TileId): Promise<Below> {
  if (id.level === 0) return readBundleBelow(log, id);
  const children = childTiles(id);
  const source = `computed from ${children.map(tilePath).at(0) ?? ''} and those after it`;
  const roots: Uint8Array[] = [];
  const work = async (child: TileId): Promise<Uint8Array | undefined> => {
    const hashes = wholeTile(await readTile(log.objects, child, log.signal), child);
    return hashes === undefined ? undefined : rootOfHashes(log.hasher, hashes);
  };
  for await (const root of inOrder(children, log.concurrency, work)) {
    if (root === undefined) return { hashes: undefined, source };
    roots.push(root);
  }
  return { hashes: concatBytes(...roots), source };
}

async function readBundleBelow(log: AuditedLog, id: TileId): Promise<Below> {
  const found = await readBundleOf(log, id);
  const source = `computed from ${bundlePathOf(log, id)}`;
  if (found === undefined) return { hashes: undefined, source };
  const { leafHashes } = auditBundle(log, found, id);
  return { hashes: leafHashes === undefined ? undefined : concatBytes(...leafHashes), source };
}
