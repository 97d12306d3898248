import { concatBytes, equalBytes, toHex } from '../../tlog/bytes.js';
import { decodeEntryBundle, encodeBundleEntry, ENTRY_SIZE_MAX_BYTES } from '../../tlog/entry-bundle.js';
import type { Sha256 } from '../../tlog/hash.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import {
  decodeDataTile,
  decodeTileLeaf,
  decodeTimestampedEntry,
  indexHoleOffset,
  MERKLE_TREE_LEAF_PREFIX,
  TIMESTAMP_HOLE_OFFSET,
} from '../../tlog/tile-leaf.js';
import { stampedData, type Entry, type StampedEntry } from './entry.js';
import type { FieldViolation } from './sequencer-error.js';
import type { Stamp } from './stamp-page.js';

/** The name of a layout, as configuration and `log.json` spell it. */
export type LayoutName = 'static-ct' | 'tlog-tiles';

/** What a bundle tells of one entry. */
export interface BundleRecord {
  readonly leafPrefix: Uint8Array;
  readonly data: Uint8Array;
  /** When it was stamped, and its holes, where the layout implies them; else they are in its stamp page. */
  readonly stamp?: Stamp;
}

/** How entries are encoded in the public bundles of a log, and which entries can be. */
export interface Layout {
  readonly name: LayoutName;
  /** The path element of its bundles: `tile/<bundle>/…`. */
  readonly bundle: 'data' | 'entries';
  /** What of the entry this layout cannot hold; `field` is its path, as in `entries[3]`. The form was checked before. */
  violations(entry: Entry, field: string): FieldViolation[];
  /** The bytes of one entry in a bundle. */
  readonly encode: (entry: StampedEntry) => Uint8Array;
  /** The entries of a bundle, in order. @throws TlogError malformed. */
  decode(bundle: Uint8Array): BundleRecord[];
  /** Whether stamps cannot be told from the bundles, so that stamp pages are kept beside them. */
  readonly keepsStampPages: boolean;
  /** The public name of an attachment, or undefined where the layout has no place for one. */
  attachmentName(contentHash: Sha256): string | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** A stamp whose index differs in every byte from the zeros of the hole. */
const PROBE = { index: leafIndex(0xfefefefefe), timestamp: timestampMs(0) };

/** c2sp.org/static-ct-api: data tiles of TileLeaf structures, issuers as attachments. */
export const staticCtLayout: Layout = {
  name: 'static-ct',
  bundle: 'data',
  violations: staticCtViolations,
  encode: (entry) => concatBytes(entry.data, entry.trailer),
  decode: (bundle) =>
    decodeDataTile(bundle).map(({ timestampedEntryBytes: data, entry: { timestamp } }) => {
      const holes = { timestamp: TIMESTAMP_HOLE_OFFSET, index: indexHoleOffset(data.length) };
      return { leafPrefix: MERKLE_TREE_LEAF_PREFIX, data, stamp: { timestamp, holes } };
    }),
  keepsStampPages: false,
  attachmentName: (contentHash) => `issuer/${toHex(contentHash)}`,
};

/** c2sp.org/tlog-tiles: bundles of length-prefixed entries. */
export const tlogTilesLayout: Layout = {
  name: 'tlog-tiles',
  bundle: 'entries',
  violations: tlogTilesViolations,
  encode: (entry) => encodeBundleEntry(entry.data),
  decode: (bundle) => decodeEntryBundle(bundle).map((data) => ({ leafPrefix: NO_BYTES, data })),
  keepsStampPages: true,
  attachmentName: () => undefined,
};

/** The layout of that name. */
export function layoutOf(name: LayoutName): Layout {
  return name === 'static-ct' ? staticCtLayout : tlogTilesLayout;
}

function tlogTilesViolations(entry: Entry, field: string): FieldViolation[] {
  const violations: FieldViolation[] = [];
  if (entry.leafPrefix.length > 0) {
    violations.push({ field: `${field}.leaf_prefix`, description: 'must be empty in a tlog-tiles log' });
  }
  if (entry.trailer.length > 0) {
    violations.push({ field: `${field}.trailer`, description: 'must be empty in a tlog-tiles log' });
  }
  if (entry.data.length > ENTRY_SIZE_MAX_BYTES) {
    const description = `has ${String(entry.data.length)} bytes, and an entry of a tlog-tiles log at most ${String(ENTRY_SIZE_MAX_BYTES)}`;
    violations.push({ field: `${field}.data`, description });
  }
  return violations;
}

function staticCtViolations(entry: Entry, field: string): FieldViolation[] {
  const violations: FieldViolation[] = [];
  if (!equalBytes(entry.leafPrefix, MERKLE_TREE_LEAF_PREFIX)) {
    violations.push({ field: `${field}.leaf_prefix`, description: 'must be 00 00 in a static-ct log' });
  }
  if (entry.holes.timestamp !== TIMESTAMP_HOLE_OFFSET) {
    const description = `must be ${String(TIMESTAMP_HOLE_OFFSET)} in a static-ct log`;
    violations.push({ field: `${field}.timestamp_offset`, description });
  }
  const indexOffset = indexHoleOffset(entry.data.length);
  if (entry.holes.index !== indexOffset) {
    const description = `must be ${String(indexOffset)}, the last five bytes of data, in a static-ct log`;
    violations.push({ field: `${field}.index_offset`, description });
  }
  return violations.length > 0 ? violations : tileLeafViolations(entry, field);
}

/**
 * A bundle is a mere sequence of TileLeaf structures: one that cannot be read back, or that does not end where it says,
 * would spoil all after it. So what is asked is the very code that reads bundles.
 */
function tileLeafViolations(entry: Entry, field: string): FieldViolation[] {
  try {
    // An extension behind the leaf index would get the index in its place.
    if (decodeTimestampedEntry(stampedData(entry, PROBE)).index !== PROBE.index) {
      return [{ field: `${field}.data`, description: 'its last five bytes are not its leaf index' }];
    }
  } catch (error) {
    return [{ field: `${field}.data`, description: `is not a TimestampedEntry: ${reason(error)}` }];
  }
  try {
    decodeTileLeaf(concatBytes(entry.data, entry.trailer));
    return [];
  } catch (error) {
    return [{ field: `${field}.trailer`, description: `does not complete the TileLeaf: ${reason(error)}` }];
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
