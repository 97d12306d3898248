import type { Edge } from '../../tlog/edge.js';
import { leafIndex } from '../../tlog/scalars.js';
import { TILE_WIDTH, tileIn } from '../../tlog/tile.js';
import type { Placed } from '../core/batch-plan.js';
import { entryIdentity, unstampedData } from '../core/entry.js';
import type { JournalBatch } from '../core/journal-batch.js';
import type { TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';
import { loadBundle } from './load-bundle.js';
import { loadStamps } from './load-stamps.js';
import { createTileReader, type TileReader } from './load-tile.js';

/** What is durable: the integrated tree with its verified edge, and the journal behind it. */
export interface DurableEntries {
  readonly tree: TreeState;
  readonly edge: Edge;
  readonly tail: readonly JournalBatch[];
}

/**
 * Brings the index to exactly the durable entries: from the bundles up to the tree's size, then from the journal. An index
 * that covers more than the log is another log's or an older one's, and is made anew.
 *
 * @throws SequencerError data-loss when a bundle is missing or damaged.
 */
export async function catchUpIndex(
  deps: LogDeps,
  { tree, edge, tail }: DurableEntries,
  signal: AbortSignal,
): Promise<void> {
  const { index, log } = deps;
  const durable = tail.reduce<number>((size, batch) => size + batch.entries.length, tree.size);
  if (index.size() > durable) {
    log.warn({ covered: index.size(), durable }, 'the deduplication index is ahead of the log and is rebuilt');
    await index.clear();
  }
  const readTile = createTileReader(deps, edge);
  while (index.size() < tree.size) {
    signal.throwIfAborted();
    await index.append(await placedInBundle(deps, { tree, readTile, from: index.size() }, signal));
  }
  for (const batch of tail) {
    const placed = placedInBatch(deps, batch).filter((one) => one.index >= index.size());
    if (placed.length > 0) await index.append(placed);
  }
}

/** The identities and places of a batch. */
function placedInBatch({ hasher }: Pick<LogDeps, 'hasher'>, batch: JournalBatch): Placed[] {
  return batch.entries.map(({ leafPrefix, data, holes, index }) => ({
    identity: entryIdentity(hasher, { leafPrefix, data: unstampedData(data, holes) }),
    index,
    timestamp: batch.timestamp,
  }));
}

/** Those of the bundle that holds entry `from`, from there on. */
async function placedInBundle(
  deps: LogDeps,
  { tree, readTile, from }: { readonly tree: TreeState; readonly readTile: TileReader; readonly from: number },
  signal: AbortSignal,
): Promise<Placed[]> {
  const tile = tileIn(tree.size, 0, Math.floor(from / TILE_WIDTH));
  const { records } = await loadBundle(deps, { tile, hashes: await readTile(tile, signal) }, signal);
  const stamps = deps.layout.keepsStampPages
    ? (await loadStamps(deps, { tile, records, lastTimestamp: tree.entryTimestamp }, signal)).stamps
    : records.map(({ stamp }) => stamp);
  const placed = records.map(({ leafPrefix, data }, i) => {
    const stamp = stamps[i];
    if (stamp === undefined) throw new RangeError(`a layout that keeps no stamp pages has no stamp of entry ${i}`);
    const identity = entryIdentity(deps.hasher, { leafPrefix, data: unstampedData(data, stamp.holes) });
    return { identity, index: leafIndex(tile.index * TILE_WIDTH + i), timestamp: stamp.timestamp };
  });
  return placed.filter((one) => one.index >= from);
}
