import { tilePath, type TileId } from '../../tlog/tile.js';
import { readTile } from '../public-log/tree-objects.js';
import { bundlePathOf, type AuditedLog } from './audited-log.js';
import { childTiles, readBelow } from './below.js';
import { confirmEdge, type Tree } from './edge-confirmation.js';
import type { EntryAudit } from './entry-audit.js';
import type { Findings } from './finding.js';
import { inOrder } from '../in-order.js';
import { auditLeaves, auditLeafTile, type LeavesReport } from './leaf-tile-audit.js';
import { confirmTile, type ExpectedRoot } from './tile-confirmation.js';
import { hashAt } from './tile-hashes.js';

/** What the audit of a tree needs beside the log. */
export interface TreeAuditOptions {
  readonly entries: EntryAudit;
  readonly findings: Findings;
  /** Told how many entries more have been audited. */
  readonly onEntries: (count: number) => void;
}

/** A tile above some others, with its hashes where they are known beyond doubt. */
interface ParentTile {
  readonly id: TileId;
  readonly confirmed: Uint8Array | undefined;
}

/** A full tile below another. */
interface ChildTile {
  readonly id: TileId;
  /** Undefined where the tile above is damaged beyond doubt and repair. */
  readonly expected: ExpectedRoot | undefined;
}

/**
 * Audits every tile and bundle of a tree, from the checkpoint down and from left to right.
 *
 * The partial tiles at the right edge are confirmed by the root, each full tile by its hash in the tile above, each entry
 * by its hash in its tile; where a tile is damaged, what lies below it shows what it should be. So one damaged object
 * gives one finding, about that object. One tile of each level is held at a time, and `log.concurrency` of level 0 with
 * their bundles.
 */
export async function auditTree(log: AuditedLog, tree: Tree, options: TreeAuditOptions): Promise<void> {
  const edge = await confirmEdge(log, tree, options.findings);
  for (const tile of edge.toReversed()) {
    if (options.findings.isFull) return;
    if (tile.id.level > 0) await auditChildren(log, tile, options);
    else await settle(log, { id: tile.id, report: await auditLeaves(log, tile) }, options);
  }
}

async function auditChildren(log: AuditedLog, parent: ParentTile, options: TreeAuditOptions): Promise<void> {
  const children = childTiles(parent.id).map((id, i) => ({ id, expected: expectedRoot(parent, i) }));
  if (parent.id.level === 1) {
    await auditLeafTiles(log, children, options);
    return;
  }
  for (const child of children) {
    if (options.findings.isFull) return;
    await auditInnerTile(log, child, options);
  }
}

function expectedRoot({ id, confirmed }: ParentTile, i: number): ExpectedRoot | undefined {
  if (confirmed === undefined) return undefined;
  return { hash: hashAt(confirmed, i), source: `hash ${i} of ${tilePath(id)}` };
}

async function auditInnerTile(log: AuditedLog, child: ChildTile, options: TreeAuditOptions): Promise<void> {
  const found = await readTile(log.objects, child.id, log.signal);
  const tile = { ...child, found };
  const { confirmed, findings } = await confirmTile(log.hasher, tile, () => readBelow(log, child.id));
  options.findings.add(...findings);
  await auditChildren(log, { id: child.id, confirmed }, options);
}

async function auditLeafTiles(
  log: AuditedLog,
  children: readonly ChildTile[],
  options: TreeAuditOptions,
): Promise<void> {
  const work = async (child: ChildTile): Promise<{ id: TileId; report: LeavesReport }> => ({
    id: child.id,
    report: await auditLeafTile(log, child),
  });
  for await (const audited of inOrder(children, log.concurrency, work)) {
    await settle(log, audited, options);
    if (options.findings.isFull) return;
  }
}

/** Takes down what was found out about some leaves, in the order of the log. */
async function settle(
  log: AuditedLog,
  { id, report }: { id: TileId; report: LeavesReport },
  { findings, entries, onEntries }: TreeAuditOptions,
): Promise<void> {
  findings.add(...report.findings);
  const { content } = report;
  if (content !== undefined) await entries.check({ path: bundlePathOf(log, id), index: id.index, content });
  onEntries(id.width);
}
