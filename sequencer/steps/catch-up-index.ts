import { SHA256_SIZE_BYTES } from '../../tlog/hash.js';
import { leafIndex } from '../../tlog/scalars.js';
import { bundlePath, TILE_WIDTH, tileIn, tilePath, type TileId } from '../../tlog/tile.js';
import type { Placed } from '../core/batch-plan.js';
import { entryIdentity, unstampedData } from '../core/entry.js';
import type { JournalBatch } from '../core/journal-batch.js';
import type { BundleRecord } from '../core/layout.js';
import { stampPageName } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import { decodeStampPage, type Stamp } from '../core/stamp-page.js';
import type { TreeState } from '../core/tree-state.js';
import type { LogDeps } from '../ports/log-deps.js';
import { verifyBundle } from './load-frontier.js';

/**
 * Brings the index to exactly the durable entries: from the bundles up to the tree's size, then from the journal. An index
 * that covers more than the log is another log's or an older one's, and is made anew.
 *
 * @throws SequencerError data-loss when a bundle is missing or damaged.
 */
export async function catchUpIndex(
  deps: LogDeps,
  { tree, tail }: { readonly tree: TreeState; readonly tail: readonly JournalBatch[] },
  signal: AbortSignal,
): Promise<void> {
  const { index, log } = deps;
  const durable = tail.reduce<number>((size, batch) => size + batch.entries.length, tree.size);
  if (index.size() > durable) {
    log.warn({ covered: index.size(), durable }, 'the deduplication index is ahead of the log and is rebuilt');
    await index.clear();
  }
  while (index.size() < tree.size) {
    signal.throwIfAborted();
    await index.append(await placedInBundle(deps, tree, { from: index.size(), signal }));
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

async function placedInBundle(
  deps: LogDeps,
  tree: TreeState,
  { from, signal }: { readonly from: number; readonly signal: AbortSignal },
): Promise<Placed[]> {
  const tile = tileIn(tree.size, 0, Math.floor(from / TILE_WIDTH));
  const records = await readBundle(deps, tile, signal);
  const stamps = deps.layout.keepsStampPages ? await readStamps(deps, tile, signal) : records.map(({ stamp }) => stamp);
  return records
    .map(({ leafPrefix, data }, i) => {
      const stamp = stamps[i];
      if (stamp === undefined) throw dataLoss(stampPageName(tile.index, tile.width), `it has no stamp ${String(i)}`);
      const identity = entryIdentity(deps.hasher, { leafPrefix, data: unstampedData(data, stamp.holes) });
      return { identity, index: leafIndex(tile.index * TILE_WIDTH + i), timestamp: stamp.timestamp };
    })
    .filter((one) => one.index >= from);
}

async function readBundle(deps: LogDeps, tile: TileId, signal: AbortSignal): Promise<readonly BundleRecord[]> {
  const { layout, store } = deps;
  const name = bundlePath(layout.bundle, tile.index, tile.width);
  const bundle = await store.public.read(name, signal);
  const hashes = await store.public.read(tilePath(tile), signal);
  if (bundle === undefined) throw dataLoss(name, 'it is missing, and the tree needs it');
  if (hashes?.bytes.length !== tile.width * SHA256_SIZE_BYTES)
    throw dataLoss(tilePath(tile), 'it is missing or damaged');
  const want = { name, hashes: hashes.bytes, width: tile.width, firstIndex: tile.index * TILE_WIDTH };
  return verifyBundle(deps, bundle.bytes, want);
}

async function readStamps({ store }: LogDeps, tile: TileId, signal: AbortSignal): Promise<readonly Stamp[]> {
  const name = stampPageName(tile.index, tile.width);
  const stored = await store.private.read(name, signal);
  if (stored === undefined) throw dataLoss(name, 'it is missing');
  try {
    return decodeStampPage(stored.bytes);
  } catch (error) {
    throw dataLoss(name, error instanceof Error ? error.message : String(error), error);
  }
}
