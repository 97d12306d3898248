import assert from 'node:assert/strict';
import type { LogReport, PublishedCheckpoint } from '../../personality-ct/ports/sequencer.js';
import { createCheckpointView } from '../../personality-ct/steps/checkpoint-view.js';
import { createIssuance, type ClosedCode, type Issuance } from '../../personality-ct/steps/issuance.js';
import type { LogStatus } from '../../personality-ct/steps/log-watch.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { createManualClock } from '../clock.js';

/** A log that issues no SCTs: what its sequencer says, and what follows. */
export interface ClosedLog {
  readonly status: LogStatus;
  readonly issuance: Extract<Issuance, { readonly kind: 'closed' }>;
}

interface Circumstances {
  readonly status?: LogStatus;
  readonly newest?: PublishedCheckpoint | undefined;
  readonly contradiction?: string;
}

const LONG_AGO = timestampMs(0);
const POLICY = { mmdMs: 60_000, refreshAgeMs: 1_000 };

const REPORT: LogReport = {
  ...{ origin: 'log.example', layout: 'static-ct', publicKeys: [], mode: 'serving', stopReason: '' },
  ...{ published: undefined, oldestUnpublished: undefined },
};

/** What the personality knows of a log whose sequencer reports this. */
export function knownLog(report: Partial<LogReport>): LogStatus {
  return { kind: 'known', lastReport: { ...REPORT, ...report } };
}

/** A log for each reason for which no SCT may be issued; the compiler sees to it that none is missing. */
export const CLOSED: Readonly<Record<ClosedCode, ClosedLog>> = {
  'sequencer-unreachable': closed('sequencer-unreachable', { status: { kind: 'unreachable', failure: undefined } }),
  'log-mismatch': closed('log-mismatch', { status: { kind: 'mismatch', problem: 'the key is another one' } }),
  'log-contradiction': closed('log-contradiction', { contradiction: 'two roots at size 1' }),
  'log-stopped': closed('log-stopped', { status: knownLog({ mode: 'stopped', stopReason: 'tree is damaged' }) }),
  'checkpoint-unknown': closed('checkpoint-unknown', { newest: undefined }),
  'checkpoint-old': closed('checkpoint-old', { newest: checkpointAt(LONG_AGO) }),
  'entries-unpublished': closed('entries-unpublished', { status: knownLog({ oldestUnpublished: LONG_AGO }) }),
};

function closed(code: ClosedCode, circumstances: Circumstances): ClosedLog {
  const clock = createManualClock();
  const young = { status: knownLog({}), newest: checkpointAt(clock.now()) };
  const { status, newest, contradiction }: Circumstances = { ...young, ...circumstances };
  assert.ok(status);
  const view = { ...createCheckpointView(clock), newest: () => newest, contradiction: () => contradiction };
  const issuance = createIssuance({ watch: { status: () => status }, view, policy: POLICY, clock })();
  assert.ok(issuance.kind === 'closed' && issuance.code === code, `got ${JSON.stringify(issuance)}, want ${code}`);
  return { status, issuance };
}

function checkpointAt(timestamp: ReturnType<typeof timestampMs>): PublishedCheckpoint {
  return { size: treeSize(1), root: new Uint8Array(32), timestamp };
}
