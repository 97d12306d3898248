import { concatBytes, toHex } from '../../tlog/bytes.js';
import { rootOfHashes } from '../../tlog/merkle.js';
import { TILE_WIDTH, tilePath, type TileId } from '../../tlog/tile.js';
import { readTile } from '../public-log/tree-objects.js';
import { bundlePathOf, readBundleOf, type AuditedLog } from './audited-log.js';
import { auditBundle, type BundleContent } from './bundle-audit.js';
import { missing, type Finding } from './finding.js';
import { confirmTile, type ExpectedRoot } from './tile-confirmation.js';
import { firstDifference, hashAt } from './tile-hashes.js';

/** What the audit of a bundle, and perhaps of the tile above it, has found out. */
export interface LeavesReport {
  /** Undefined where the bundle is missing. */
  readonly content: BundleContent | undefined;
  readonly findings: readonly Finding[];
}

/** A bundle, where it is there, and the leaf hashes that it gives. */
interface ReadBundle {
  readonly path: string;
  readonly content: BundleContent | undefined;
  /** The leaf hashes, one after the other; undefined where they cannot be told. */
  readonly hashes: Uint8Array | undefined;
}

/** Audits a full tile of level 0 and its bundle. */
export async function auditLeafTile(
  log: AuditedLog,
  { id, expected }: { readonly id: TileId; readonly expected: ExpectedRoot | undefined },
): Promise<LeavesReport> {
  const [found, bundle] = await Promise.all([readTile(log.objects, id, log.signal), read(log, id)]);
  const below = { hashes: bundle.hashes, source: `computed from ${bundle.path}` };
  const { confirmed, findings } = await confirmTile(log.hasher, { id, found, expected }, () => Promise.resolve(below));
  const ofBundle =
    confirmed === undefined ? rootFindings(log, bundle, expected) : leafFindings(bundle, { id, want: confirmed });
  return report(bundle, id, [...findings, ...ofBundle]);
}

/** Audits the bundle below a partial tile of level 0. @param confirmed the hashes of the tile, where they are known. */
export async function auditLeaves(
  log: AuditedLog,
  { id, confirmed }: { readonly id: TileId; readonly confirmed: Uint8Array | undefined },
): Promise<LeavesReport> {
  const bundle = await read(log, id);
  return report(bundle, id, confirmed === undefined ? [] : leafFindings(bundle, { id, want: confirmed }));
}

async function read(log: AuditedLog, id: TileId): Promise<ReadBundle> {
  const found = await readBundleOf(log, id);
  if (found === undefined) return { path: bundlePathOf(log, id), content: undefined, hashes: undefined };
  const content = auditBundle(log, found, id);
  const hashes = content.leafHashes === undefined ? undefined : concatBytes(...content.leafHashes);
  return { path: found.path, content, hashes };
}

function report({ path, content }: ReadBundle, id: TileId, findings: readonly Finding[]): LeavesReport {
  const own = content?.findings ?? [missing(path, `a bundle of ${id.width} entries`)];
  return { content, findings: [...findings, ...own] };
}

/** The first entry of a bundle whose hash is not the one in the tree. */
function leafFindings({ path, hashes }: ReadBundle, { id, want }: { id: TileId; want: Uint8Array }): Finding[] {
  const i = hashes === undefined ? undefined : firstDifference(hashes, want);
  if (hashes === undefined || i === undefined) return [];
  const what = `leaf hash of entry ${id.index * TILE_WIDTH + i}`;
  const wanted = `${toHex(hashAt(want, i))} (hash ${i} of ${tilePath(id)})`;
  return [{ object: path, what, got: toHex(hashAt(hashes, i)), want: wanted }];
}

/** A bundle that gives another root than what lies above wants, beside a tile that does not either. */
function rootFindings(
  { hasher }: AuditedLog,
  { path, hashes }: ReadBundle,
  expected: ExpectedRoot | undefined,
): Finding[] {
  if (hashes === undefined || expected === undefined) return [];
  const got = toHex(rootOfHashes(hasher, hashes));
  const want = `${toHex(expected.hash)} (${expected.source})`;
  return [{ object: path, what: 'root of its leaf hashes', got, want }];
}
