import type { Hasher } from '../../tlog/hash.js';
import { consistencyProof, verifyConsistency } from '../../tlog/proof.js';
import type { TimestampMs, TreeSize } from '../../tlog/scalars.js';
import { TILE_WIDTH, tilePath, type TileId } from '../../tlog/tile.js';
import type { Integration } from './integration.js';
import type { TreeHead } from './signed-checkpoint.js';

/** What is held against a new tree head before it is signed. */
export interface Growth {
  readonly before: TreeHead;
  readonly after: TreeHead;
  /** The timestamp of the newest entry that `after` covers. */
  readonly entryTimestamp: TimestampMs;
  readonly integration: Integration;
}

/**
 * Proves that a new tree head may be signed after an old one: size has not gone back, the timestamp has moved on and is
 * not before any entry's, and the new tree contains the old one. The proof is made from the tiles that this run writes,
 * not from the state that computed the root, so that one mistake does not vouch for itself.
 *
 * @throws RangeError size or timestamp. @throws TlogError when the proof does not hold.
 */
export function guardGrowth(hasher: Hasher, { before, after, entryTimestamp, integration }: Growth): void {
  if (after.size < before.size) {
    throw new RangeError(`the tree would shrink from ${String(before.size)} to ${String(after.size)} leaves`);
  }
  if (after.timestamp <= before.timestamp) {
    throw new RangeError(`the timestamp would go from ${String(before.timestamp)} to ${String(after.timestamp)}`);
  }
  if (after.timestamp < entryTimestamp) {
    throw new RangeError(
      `the timestamp ${String(after.timestamp)} is before that of an entry, ${String(entryTimestamp)}`,
    );
  }
  if (before.size === 0) return;
  const proof = consistencyProof(hasher, {
    oldSize: before.size,
    newSize: after.size,
    tile: tileReader(integration, after.size),
  });
  const sizes = { oldSize: before.size, newSize: after.size };
  verifyConsistency(hasher, { ...sizes, oldRoot: before.root, newRoot: after.root, proof });
}

/**
 * The tiles of a consistency proof from the old to the new size all lie on the old or the new right edge: this run wrote
 * them, or they did not change and are still the partial ones of the frontier.
 */
function tileReader({ publicObjects, frontier }: Integration, size: TreeSize): (id: TileId) => Uint8Array {
  const written = new Map(publicObjects.map(({ name, bytes }) => [name, bytes]));
  return (id) => {
    const bytes = written.get(tilePath(id)) ?? (id.width < TILE_WIDTH ? frontier.edge.levels[id.level] : undefined);
    if (bytes !== undefined) return bytes;
    throw new RangeError(`${tilePath(id)} is not on the right edge of a tree of ${String(size)} leaves`);
  };
}
