import { LRUCache } from 'lru-cache';
import type { CheckpointText } from '../../tlog/checkpoint.js';
import { checkedHashes } from '../../tlog/edge.js';
import type { Hasher, Sha256 } from '../../tlog/hash.js';
import { inclusionProof, tilesForInclusion, verifyInclusion } from '../../tlog/proof.js';
import type { LeafIndex } from '../../tlog/scalars.js';
import { tilePath, type TileId } from '../../tlog/tile.js';
import type { PublicObjects } from '../public-log/public-objects.js';
import { readTile } from '../public-log/tree-objects.js';

/** Proves inclusion from the tiles that a log serves. */
export interface InclusionProver {
  /**
   * The proof that a leaf is in the tree of a checkpoint, computed and verified.
   * @throws TlogError when the tiles do not prove it, or are missing. CannotLookError
   */
  prove(leaf: { index: LeafIndex; hash: Sha256 }, tree: CheckpointText, signal: AbortSignal): Promise<Sha256[]>;
}

/** Tiles that are kept, of 8 KiB at most: many proofs share those of the right edge. */
const TILES_KEPT_MAX = 256;

/** @param objects what the log serves. */
export function createInclusionProver(objects: PublicObjects, hasher: Hasher): InclusionProver {
  const kept = new LRUCache<string, Uint8Array>({ max: TILES_KEPT_MAX });
  const read = async (id: TileId, signal: AbortSignal): Promise<Uint8Array> => {
    const path = tilePath(id);
    const hashes = kept.get(path) ?? checkedHashes(id, (await readTile(objects, id, signal))?.bytes);
    kept.set(path, hashes);
    return hashes;
  };
  return {
    async prove({ index, hash }, { size, root }, signal) {
      const tiles = new Map<string, Uint8Array>();
      for (const id of tilesForInclusion(index, size)) tiles.set(tilePath(id), await read(id, signal));
      const tile = (id: TileId): Uint8Array => checkedHashes(id, tiles.get(tilePath(id)));
      const proof = inclusionProof(hasher, { index, size, tile });
      verifyInclusion(hasher, { index, size, leafHash: hash, root, proof });
      return proof;
    },
  };
}
