import type { LayoutName } from '../../sequencer/core/layout.js';
import type { Hasher } from '../../tlog/hash.js';
import { bundlePath, type BundleKind, type TileId } from '../../tlog/tile.js';
import type { PublicObjects } from '../public-log/public-objects.js';
import { readBundle, type FoundObject } from '../public-log/tree-objects.js';

/** The log under audit, and how it is read. */
export interface AuditedLog {
  readonly objects: PublicObjects;
  readonly layout: LayoutName;
  readonly hasher: Hasher;
  /** How many tiles with their bundles are read side by side, at least 1. It bounds the memory, too. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
}

/** The bundle whose leaf hashes are this tile of level 0. */
export function readBundleOf(log: AuditedLog, { index, width }: TileId): Promise<FoundObject | undefined> {
  return readBundle(log.objects, { kind: kindOf(log), index, width }, log.signal);
}

/** The path of that bundle. */
export function bundlePathOf(log: AuditedLog, { index, width }: TileId): string {
  return bundlePath(kindOf(log), index, width);
}

function kindOf({ layout }: AuditedLog): BundleKind {
  return layout === 'static-ct' ? 'data' : 'entries';
}
