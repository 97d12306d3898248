import { TlogError } from '../../tlog/error.js';
import { equalBytes, toHex } from '../../tlog/bytes.js';
import { EMPTY_ROOT } from '../../tlog/hash.js';
import type { TimestampMs, TreeSize } from '../../tlog/scalars.js';
import type { CheckpointText } from '../../tlog/checkpoint.js';
import { CHECKPOINT_OBJECT } from '../../sequencer/core/object-names.js';
import type { LogIdentity } from '../public-log/log-identity.js';
import { parseSignedCheckpoint, verifyCheckpoint, type SignedCheckpoint } from '../public-log/signed-checkpoint.js';
import type { AuditedLog } from './audited-log.js';
import { createEntryAudit } from './entry-audit.js';
import { malformedObject, missing, type Findings } from './finding.js';
import { auditTree } from './tree-audit.js';

/** What an audit has seen; what it has found is in the findings. */
export interface AuditSummary {
  /** Undefined where there is no checkpoint that can be read, without which nothing else can be judged. */
  readonly checkpoint: CheckpointText | undefined;
  /** When the checkpoint was signed; undefined where that is not known. */
  readonly timestamp: TimestampMs | undefined;
  readonly issuerCount: number;
}

/** Told how an audit goes on. */
export interface AuditProgress {
  begin(size: TreeSize): void;
  advance(entries: number): void;
}

/**
 * Audits a whole log: checkpoint, tiles of all levels, bundles, issuers.
 *
 * @throws CannotLookError when an object can be neither read nor called missing. The signal's reason when that is aborted.
 */
export async function auditLog(
  log: AuditedLog & { readonly identity: LogIdentity },
  { findings, progress }: { findings: Findings; progress: AuditProgress },
): Promise<AuditSummary> {
  const signed = await readCheckpoint(log, findings);
  if (signed === undefined) return { checkpoint: undefined, timestamp: undefined, issuerCount: 0 };
  const timestamp = checkSignatures(signed, log.identity, findings);
  const { text } = signed;
  progress.begin(text.size);
  const entries = createEntryAudit(log, { checkpointTimestamp: timestamp, findings });
  if (text.size === 0) checkEmptyRoot(text, findings);
  else await auditTree(log, text, { entries, findings, onEntries: (count) => progress.advance(count) });
  return { checkpoint: text, timestamp, issuerCount: entries.issuerCount };
}

async function readCheckpoint(log: AuditedLog, findings: Findings): Promise<SignedCheckpoint | undefined> {
  const bytes = await log.objects.read(CHECKPOINT_OBJECT, log.signal);
  if (bytes === undefined) {
    findings.add(missing(CHECKPOINT_OBJECT, 'a signed checkpoint'));
    return undefined;
  }
  try {
    return parseSignedCheckpoint(bytes);
  } catch (error) {
    findings.add(malformedObject(CHECKPOINT_OBJECT, error));
    return undefined;
  }
}

/** What is signed wrongly is audited all the same: the tree may be right, or the key that was given wrong. */
function checkSignatures(signed: SignedCheckpoint, identity: LogIdentity, findings: Findings): TimestampMs | undefined {
  try {
    return verifyCheckpoint(signed, identity);
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    findings.add(malformedObject(CHECKPOINT_OBJECT, error));
    return undefined;
  }
}

function checkEmptyRoot({ root }: CheckpointText, findings: Findings): void {
  if (equalBytes(root, EMPTY_ROOT)) return;
  const want = `${toHex(EMPTY_ROOT)} (the root of no entries)`;
  findings.add({ object: CHECKPOINT_OBJECT, what: 'root of size 0', got: toHex(root), want });
}
