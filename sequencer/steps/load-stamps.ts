import { equalBytes } from '../../tlog/bytes.js';
import { leafIndex, type LeafIndex, type TimestampMs } from '../../tlog/scalars.js';
import { TILE_WIDTH, type TileId } from '../../tlog/tile.js';
import { stampedData } from '../core/entry.js';
import type { BundleRecord } from '../core/layout.js';
import { INDEX_HOLE_BYTES, TIMESTAMP_HOLE_BYTES } from '../core/limits.js';
import { stampPageName } from '../core/object-names.js';
import { dataLoss } from '../core/sequencer-error.js';
import { decodeStampPage, type Stamp } from '../core/stamp-page.js';
import type { LogDeps } from '../ports/log-deps.js';

const NO_BYTES = new Uint8Array(0);

/** A stamp page that fits the entries of its bundle. */
export interface LoadedStamps {
  readonly bytes: Uint8Array;
  readonly stamps: readonly Stamp[];
}

/** What a stamp page is held against. */
export interface StampedTile {
  readonly tile: TileId;
  /** The entries of its bundle. */
  readonly records: readonly BundleRecord[];
  /** That of the last integrated entry. */
  readonly lastTimestamp: TimestampMs;
}

/**
 * Reads the stamps of the entries of a bundle. No hash covers them; but they say what the holes were filled with, and
 * where, and timestamps never go back.
 *
 * @throws SequencerError data-loss naming the page that is missing or damaged.
 */
export async function loadStamps(
  { store }: Pick<LogDeps, 'store'>,
  { tile, records, lastTimestamp }: StampedTile,
  signal: AbortSignal,
): Promise<LoadedStamps> {
  const name = stampPageName(tile.index, tile.width);
  const stored = await store.private.read(name, signal);
  if (stored === undefined) throw dataLoss(name, 'it is missing');
  const stamps = decode(name, stored.bytes);
  if (stamps.length !== records.length) {
    throw dataLoss(name, `it has ${stamps.length} stamps, and wants ${records.length}`);
  }
  let until = lastTimestamp;
  for (let i = stamps.length - 1; i >= 0; i--) {
    const [stamp, record] = [stamps[i], records[i]];
    const index = leafIndex(tile.index * TILE_WIDTH + i);
    if (stamp === undefined || record === undefined || !fits(stamp, record, index)) {
      throw dataLoss(name, `its stamp of entry ${index} is not what the holes of the entry were filled with`);
    }
    if (stamp.timestamp > until) throw dataLoss(name, `its stamp of entry ${index} is later than the one after it`);
    until = stamp.timestamp;
  }
  return { bytes: stored.bytes, stamps };
}

function decode(name: string, bytes: Uint8Array): readonly Stamp[] {
  try {
    return decodeStampPage(bytes);
  } catch (error) {
    throw dataLoss(name, error instanceof Error ? error.message : String(error), error);
  }
}

function fits({ timestamp, holes }: Stamp, { leafPrefix, data }: BundleRecord, index: LeafIndex): boolean {
  const inside = (hole: number | undefined, bytes: number): boolean =>
    hole === undefined || hole + bytes <= data.length;
  if (!inside(holes.timestamp, TIMESTAMP_HOLE_BYTES) || !inside(holes.index, INDEX_HOLE_BYTES)) return false;
  const entry = { leafPrefix, data, trailer: NO_BYTES, holes };
  return equalBytes(stampedData(entry, { index, timestamp }), data);
}
