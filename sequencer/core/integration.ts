import { concatBytes } from '../../tlog/bytes.js';
import { appendLeaves, edgeRoot, type Edge } from '../../tlog/edge.js';
import type { Hasher, Sha256 } from '../../tlog/hash.js';
import { bundlePath, TILE_WIDTH, tilePath } from '../../tlog/tile.js';
import type { StampedEntry } from './entry.js';
import type { Layout } from './layout.js';
import { stampPageName } from './object-names.js';
import { encodeStamp } from './stamp-page.js';

/** The right edge of the integrated tree: all that is needed to append to it. */
export interface Frontier {
  readonly edge: Edge;
  /** The bytes of the last bundle where it is partial; else empty. */
  readonly bundle: Uint8Array;
  /** The bytes of the last stamp page where it is partial and the layout keeps such pages; else empty. */
  readonly stamps: Uint8Array;
}

/** An object with its bytes. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What integrating some entries comes to. */
export interface Integration {
  readonly frontier: Frontier;
  readonly root: Sha256;
  /** Every public bundle and tile that the new size needs and the old one did not have. */
  readonly publicObjects: readonly NamedBytes[];
  /** Every stamp page likewise, in the private space. */
  readonly privateObjects: readonly NamedBytes[];
}

/**
 * Appends `entries` to the tree whose right edge is `frontier`. The result depends on these alone, so that a run that
 * was cut short writes the same bytes again.
 *
 * @throws RangeError when the entries do not begin at the tree's size or are not contiguous.
 */
export function planIntegration(
  { hasher, layout }: { readonly hasher: Hasher; readonly layout: Layout },
  frontier: Frontier,
  entries: readonly StampedEntry[],
): Integration {
  const { size } = frontier.edge;
  entries.forEach((entry, i) => {
    if (entry.index !== size + i) throw new RangeError(`entry ${String(entry.index)} stands at ${String(size + i)}`);
  });
  const leafHashes = entries.map((entry) => entry.leafHash);
  const { edge, tiles } = appendLeaves(hasher, frontier.edge, leafHashes);
  const bundles = appendToPages(
    { size, last: frontier.bundle },
    entries.map((entry) => layout.encode(entry)),
  );
  const stamps = appendToPages({ size, last: frontier.stamps }, layout.keepsStampPages ? entries.map(encodeStamp) : []);
  return {
    frontier: { edge, bundle: bundles.last, stamps: stamps.last },
    root: edgeRoot(hasher, edge),
    publicObjects: [
      ...bundles.pages.map(({ index, width, bytes }) => ({ name: bundlePath(layout.bundle, index, width), bytes })),
      ...tiles.map(({ id, hashes }) => ({ name: tilePath(id), bytes: hashes })),
    ],
    privateObjects: stamps.pages.map(({ index, width, bytes }) => ({ name: stampPageName(index, width), bytes })),
  };
}

/** A sequence of up to 256 encoded entries. */
interface Page {
  readonly index: number;
  readonly width: number;
  readonly bytes: Uint8Array;
}

/** Fills up the last page and opens new ones. `last` is the last page where it is partial, else empty. */
function appendToPages(
  before: { readonly size: number; readonly last: Uint8Array },
  encoded: readonly Uint8Array[],
): { pages: Page[]; last: Uint8Array } {
  const pages: Page[] = [];
  let { last } = before;
  for (let from = 0; from < encoded.length;) {
    const position = before.size + from;
    const taken = encoded.slice(from, from + TILE_WIDTH - (position % TILE_WIDTH));
    const width = (position % TILE_WIDTH) + taken.length;
    const bytes = concatBytes(last, ...taken);
    pages.push({ index: Math.floor(position / TILE_WIDTH), width, bytes });
    last = width === TILE_WIDTH ? new Uint8Array(0) : bytes;
    from += taken.length;
  }
  return { pages, last };
}
