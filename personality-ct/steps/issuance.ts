import type { Clock } from '../../service/clock.js';
import { promiseState, type MmdPolicy } from '../core/policy.js';
import type { CheckpointView } from './checkpoint-view.js';
import type { LogWatch } from './log-watch.js';

/**
 * Whether SCTs may be issued at this moment. The `message` is for clients; `detail` adds what only operators should read.
 */
export type Issuance =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      readonly code: ClosedCode;
      readonly message: string;
      readonly detail: string;
      readonly retryAfterMs: number;
    };

/** Why no SCT may be issued. */
export type ClosedCode =
  | 'sequencer-unreachable'
  | 'log-mismatch'
  | 'log-contradiction'
  | 'log-stopped'
  | 'checkpoint-unknown'
  | 'checkpoint-old'
  | 'entries-unpublished';

/** When a client may try again if the reason is likely to go away by itself, in ms: a sequencer restarts in seconds. */
const RETRY_SOON_MS = 5_000;

/** When a client may try again if an operator is needed, in ms. */
const RETRY_LATER_MS = 60_000;

interface IssuanceDeps {
  readonly watch: Pick<LogWatch, 'status'>;
  readonly view: CheckpointView;
  readonly policy: MmdPolicy;
  readonly clock: Clock;
}

/**
 * Creates the question whether SCTs may be issued.
 *
 * They may while the log is known to be the configured one, has not contradicted itself, has not stopped, and the newest
 * checkpoint and the oldest unpublished entry are so young that the MMD can be kept. A sequencer that does not answer for a
 * moment does not close issuance: the submission itself will find out.
 */
export function createIssuance({ watch, view, policy, clock }: IssuanceDeps): () => Issuance {
  return () => {
    const status = watch.status();
    if (status.kind === 'mismatch') {
      return closedForLong('log-mismatch', 'this log is not configured correctly', status.problem);
    }
    const contradiction = view.contradiction();
    if (contradiction !== undefined) {
      return closedForLong('log-contradiction', 'this log has published checkpoints that contradict', contradiction);
    }
    const report = status.lastReport;
    if (report === undefined) {
      return closedForNow('sequencer-unreachable', 'the sequencer of this log has not answered yet');
    }
    if (report.mode === 'stopped') return closedForLong('log-stopped', 'this log has stopped', report.stopReason);
    const { oldestUnpublished } = report;
    const state = promiseState(policy, { newest: view.newest()?.timestamp, oldestUnpublished, now: clock.now() });
    return state.kind === 'kept' ? { kind: 'open' } : closedForNow(state.code, state.message);
  };
}

type Closed = Extract<Issuance, { kind: 'closed' }>;

function closedForNow(code: ClosedCode, message: string): Closed {
  return { kind: 'closed', code, message, detail: '', retryAfterMs: RETRY_SOON_MS };
}

function closedForLong(code: ClosedCode, message: string, detail: string): Closed {
  return { kind: 'closed', code, message, detail, retryAfterMs: RETRY_LATER_MS };
}
