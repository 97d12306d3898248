import { equalBytes, toHex } from '../../tlog/bytes.js';
import { edgeFromTiles, edgeRoot } from '../../tlog/edge.js';
import type { Hasher, Sha256 } from '../../tlog/hash.js';
import type { TreeSize } from '../../tlog/scalars.js';
import { edgeTiles, tilePath, type TileId } from '../../tlog/tile.js';
import { CHECKPOINT_OBJECT } from '../../sequencer/core/object-names.js';
import { readTile, type FoundObject } from '../public-log/tree-objects.js';
import type { AuditedLog } from './audited-log.js';
import { readBelow } from './below.js';
import type { Finding, Findings } from './finding.js';
import { doubtfulFindings, tileFindings, type Below } from './tile-confirmation.js';
import { wholeTile } from './tile-hashes.js';

/** A tree, as its checkpoint describes it. */
export interface Tree {
  readonly size: TreeSize;
  readonly root: Sha256;
}

/** A partial tile at the right edge of the tree. */
export interface EdgeTile {
  readonly id: TileId;
  /** Its hashes, where they are known beyond doubt. */
  readonly confirmed: Uint8Array | undefined;
}

interface FoundTile {
  readonly id: TileId;
  readonly found: FoundObject | undefined;
}

interface WitnessedTile extends FoundTile {
  readonly below: Below;
}

/**
 * Finds out what the hashes of the partial tiles are: together they have to give the root in the checkpoint. If they do
 * not, what lies directly below each is tried in its place, in all combinations, of which there are at most 2^6.
 *
 * @returns the tiles, level 0 first; all of them are confirmed, or none is.
 */
export async function confirmEdge(log: AuditedLog, tree: Tree, findings: Findings): Promise<EdgeTile[]> {
  const edge = await Promise.all(
    edgeTiles(tree.size).map(async (id) => ({ id, found: await readTile(log.objects, id, log.signal) })),
  );
  const asFound = edge.map(({ id, found }) => wholeTile(found, id));
  if (givesRoot(log.hasher, tree, asFound)) return confirmedBy(edge, asFound);
  const witnessed: WitnessedTile[] = [];
  for (const tile of edge) witnessed.push({ ...tile, below: await readBelow(log, tile.id) });
  const right = combinations(witnessed).find((hashes) => givesRoot(log.hasher, tree, hashes));
  if (right === undefined) {
    findings.add(...unexplained(log.hasher, tree, witnessed));
    return confirmedBy(edge, []);
  }
  for (const [i, { id, found, below }] of witnessed.entries()) {
    const hashes = right[i];
    if (hashes !== undefined) findings.add(...tileFindings({ id, found }, { hashes, source: below.source }));
  }
  return confirmedBy(edge, right);
}

type EdgeHashes = readonly (Uint8Array | undefined)[];

function confirmedBy(edge: readonly FoundTile[], hashes: EdgeHashes): EdgeTile[] {
  return edge.map(({ id }, i) => ({ id, confirmed: hashes[i] }));
}

function givesRoot(hasher: Hasher, tree: Tree, hashes: EdgeHashes): boolean {
  const root = rootOfEdge(hasher, tree, hashes);
  return root !== undefined && equalBytes(root, tree.root);
}

/** Undefined where the hashes of some tile are not known. */
function rootOfEdge(hasher: Hasher, { size }: Tree, hashes: EdgeHashes): Sha256 | undefined {
  const tiles = new Map<string, Uint8Array>();
  for (const [i, id] of edgeTiles(size).entries()) {
    const known = hashes[i];
    if (known === undefined) return undefined;
    tiles.set(tilePath(id), known);
  }
  return edgeRoot(hasher, edgeFromTiles(size, tiles));
}

/** Every way of taking each tile either as it was found or as what lies below it says. */
function combinations(edge: readonly WitnessedTile[]): EdgeHashes[] {
  return edge.reduce<EdgeHashes[]>(
    (begun, { id, found, below }) => {
      const candidates = [wholeTile(found, id), below.hashes].filter((hashes) => hashes !== undefined);
      return candidates.flatMap((hashes) => begun.map((taken) => [...taken, hashes]));
    },
    [[]],
  );
}

function unexplained(hasher: Hasher, tree: Tree, edge: readonly WitnessedTile[]): Finding[] {
  const ofTiles = edge.flatMap((tile) => doubtfulFindings(tile, tile.below));
  const got = rootOfEdge(
    hasher,
    tree,
    edge.map(({ id, found }) => wholeTile(found, id)),
  );
  if (got === undefined || ofTiles.length > 0) return ofTiles;
  const want = `${toHex(tree.root)} (the root in the checkpoint)`;
  return [...ofTiles, { object: CHECKPOINT_OBJECT, what: 'root of the tiles that are there', got: toHex(got), want }];
}
