import type { Readiness } from '../../service/ops-server.js';
import type { Issuance } from '../steps/issuance.js';
import type { LogStatus } from '../steps/log-watch.js';

/** The facts about one log that decide whether it is ready. */
export interface LogFacts {
  readonly name: string;
  readonly status: () => LogStatus;
  readonly issuance: () => Issuance;
  /** How many roots are loaded. */
  readonly rootCount: () => number;
}

/**
 * Whether the personality can do its work: for every log the sequencer answers and takes entries, SCTs may be issued, and
 * roots are loaded. That the keys are loaded is known: it does not start without them.
 */
export function readinessOf(logs: readonly LogFacts[], draining: boolean): Readiness {
  const reasons = logs.flatMap((log) => reasonsOf(log).map((reason) => `log ${log.name}: ${reason}`));
  if (draining) reasons.unshift('draining: the process is about to end');
  return { ready: reasons.length === 0, reasons };
}

function reasonsOf({ status, issuance, rootCount }: LogFacts): string[] {
  const issuing = issuance();
  const statusReason = reasonOfStatus(status());
  const reasons: string[] = [];
  if (statusReason !== undefined) reasons.push(statusReason);
  if (issuing.kind === 'closed') {
    const { code, message, detail } = issuing;
    reasons.push(`no SCT is issued (${code}): ${message}${detail === '' ? '' : `: ${detail}`}`);
  }
  if (rootCount() === 0) reasons.push('no root is accepted');
  return reasons;
}

function reasonOfStatus(status: LogStatus): string | undefined {
  switch (status.kind) {
    case 'unreachable':
      return `the sequencer does not answer: ${status.failure?.message ?? 'it was not asked yet'}`;
    case 'known': {
      const { mode } = status.lastReport;
      return mode === 'serving' || mode === 'stopped' ? undefined : `the log is ${mode}`;
    }
    case 'mismatch':
      return undefined;
  }
}
