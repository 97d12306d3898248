import { LRUCache } from 'lru-cache';
import { toHex } from '../../tlog/bytes.js';
import type { TimestampMs } from '../../tlog/scalars.js';
import { TILE_WIDTH } from '../../tlog/tile.js';
import type { AuditedLog } from './audited-log.js';
import type { BundleContent } from './bundle-audit.js';
import { missing, type Finding, type Findings } from './finding.js';
import { inOrder } from '../in-order.js';

/** How many issuers are remembered as audited; beyond that, some are audited again. A log has a few thousand. */
const ISSUERS_REMEMBERED_MAX = 100_000;

/** Checks what a bundle says of its neighbours and of other objects. Bundles come in the order of the log. */
export interface EntryAudit {
  readonly issuerCount: number;
  check(bundle: { readonly path: string; readonly index: number; readonly content: BundleContent }): Promise<void>;
}

/** @param checkpointTimestamp no entry may be younger; undefined where the checkpoint does not say when it was made. */
export function createEntryAudit(
  log: AuditedLog,
  { checkpointTimestamp, findings }: { checkpointTimestamp: TimestampMs | undefined; findings: Findings },
): EntryAudit {
  const audited = new LRUCache<string, true>({ max: ISSUERS_REMEMBERED_MAX });
  let issuerCount = 0;
  let latest = 0;
  return {
    get issuerCount() {
      return issuerCount;
    },
    async check({ path, index, content }) {
      const bounds = { path, firstIndex: index * TILE_WIDTH, checkpointTimestamp };
      findings.add(...timestampFindings(content.timestamps, latest, bounds));
      latest = Math.max(latest, ...content.timestamps);
      const unseen = [...content.issuers].filter(([fingerprint]) => !audited.has(fingerprint));
      for (const [fingerprint] of unseen) audited.set(fingerprint, true);
      issuerCount += unseen.length;
      const work = (named: [string, number]): Promise<Finding[]> => issuerFindings(log, named);
      for await (const found of inOrder(unseen, log.concurrency, work)) findings.add(...found);
    },
  };
}

function timestampFindings(
  timestamps: readonly TimestampMs[],
  before: number,
  of: { path: string; firstIndex: number; checkpointTimestamp: TimestampMs | undefined },
): Finding[] {
  const findings: Finding[] = [];
  const previous = (i: number): number => Math.max(before, ...timestamps.slice(0, i));
  const back = timestamps.findIndex((timestamp, i) => timestamp < (timestamps[i - 1] ?? before));
  if (back >= 0)
    findings.push(timestampFinding(of, back, timestamps, `at least ${previous(back)}, that of an entry before`));
  const limit = of.checkpointTimestamp ?? Infinity;
  const late = timestamps.findIndex((timestamp) => limit < timestamp);
  if (late >= 0) findings.push(timestampFinding(of, late, timestamps, `at most ${limit}, that of the checkpoint`));
  return findings;
}

function timestampFinding(
  { path, firstIndex }: { path: string; firstIndex: number },
  i: number,
  timestamps: readonly TimestampMs[],
  want: string,
): Finding {
  return { object: path, what: `timestamp of entry ${firstIndex + i}`, got: String(timestamps[i]), want };
}

async function issuerFindings(log: AuditedLog, [fingerprint, entry]: [string, number]): Promise<Finding[]> {
  const path = `issuer/${fingerprint}`;
  const bytes = await log.objects.read(path, log.signal);
  if (bytes === undefined) return [missing(path, `the certificate, which entry ${entry} names`)];
  const got = toHex(log.hasher.sha256(bytes));
  return got === fingerprint ? [] : [{ object: path, what: 'SHA-256 of its bytes', got, want: fingerprint }];
}
