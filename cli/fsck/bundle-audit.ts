import type { LayoutName } from '../../sequencer/core/layout.js';
import { toHex } from '../../tlog/bytes.js';
import { decodeEntryBundle } from '../../tlog/entry-bundle.js';
import type { Hasher, Sha256 } from '../../tlog/hash.js';
import type { TimestampMs } from '../../tlog/scalars.js';
import { decodeDataTile, MERKLE_TREE_LEAF_PREFIX, type TileLeaf } from '../../tlog/tile-leaf.js';
import { TILE_WIDTH } from '../../tlog/tile.js';
import type { FoundObject } from '../public-log/tree-objects.js';
import { malformedObject, type Finding } from './finding.js';

/** What a bundle tells, taken by itself. */
export interface BundleContent {
  /** The hashes of its leaves, as many as were asked for; undefined where that many cannot be read. */
  readonly leafHashes: readonly Sha256[] | undefined;
  /** The timestamps of its entries, in order; none in a layout that has none. */
  readonly timestamps: readonly TimestampMs[];
  /** The fingerprints of issuers that it names, in hex, each with the index of the first entry that does. */
  readonly issuers: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

/** The bundle at `index`, of which the first `width` entries count. */
export interface BundlePosition {
  readonly index: number;
  readonly width: number;
}

/** Reads a bundle, and checks what can be checked without the tree. */
export function auditBundle(
  { hasher, layout }: { readonly hasher: Hasher; readonly layout: LayoutName },
  found: FoundObject,
  position: BundlePosition,
): BundleContent {
  try {
    return layout === 'static-ct' ? auditDataTile(hasher, found, position) : auditEntries(hasher, found, position);
  } catch (error) {
    return {
      leafHashes: undefined,
      timestamps: [],
      issuers: new Map(),
      findings: [malformedObject(found.path, error)],
    };
  }
}

function auditEntries(hasher: Hasher, found: FoundObject, { width }: BundlePosition): BundleContent {
  const entries = decodeEntryBundle(found.bytes);
  const leafHashes = entries.slice(0, width).map((entry) => hasher.leaf(entry));
  return {
    leafHashes: leafHashes.length === width ? leafHashes : undefined,
    timestamps: [],
    issuers: new Map(),
    findings: countFindings(found, entries.length, width),
  };
}

function auditDataTile(hasher: Hasher, found: FoundObject, { index, width }: BundlePosition): BundleContent {
  const all = decodeDataTile(found.bytes);
  const leaves = all.slice(0, width);
  const firstIndex = index * TILE_WIDTH;
  const leafHashes = leaves.map((leaf) => hasher.leaf(MERKLE_TREE_LEAF_PREFIX, leaf.timestampedEntryBytes));
  return {
    leafHashes: leafHashes.length === width ? leafHashes : undefined,
    timestamps: leaves.map(({ entry }) => entry.timestamp),
    issuers: issuersOf(leaves, firstIndex),
    findings: [...countFindings(found, all.length, width), ...indexFindings(found, leaves, firstIndex)],
  };
}

/** A full bundle in place of a partial one has more entries, and rightly so. */
function countFindings({ path, isFullInstead }: FoundObject, got: number, width: number): Finding[] {
  const want = isFullInstead ? TILE_WIDTH : width;
  return got === want ? [] : [{ object: path, what: 'number of entries', got: String(got), want: String(want) }];
}

function indexFindings({ path }: FoundObject, leaves: readonly TileLeaf[], firstIndex: number): Finding[] {
  const wrong = leaves.flatMap(({ entry }, i) => (entry.index === firstIndex + i ? [] : [{ got: entry.index, i }]));
  const [first] = wrong;
  if (first === undefined) return [];
  const others = wrong.length > 1 ? ` (and ${wrong.length - 1} more in this bundle)` : '';
  const want = String(firstIndex + first.i);
  return [{ object: path, what: `leaf index of entry ${want}${others}`, got: String(first.got), want }];
}

function issuersOf(leaves: readonly TileLeaf[], firstIndex: number): Map<string, number> {
  const issuers = new Map<string, number>();
  leaves.forEach(({ fingerprints }, i) => {
    for (const fingerprint of fingerprints.map(toHex)) {
      if (!issuers.has(fingerprint)) issuers.set(fingerprint, firstIndex + i);
    }
  });
  return issuers;
}
