import type { TimestampMs } from '../../tlog/scalars.js';
import type { SequencerError } from '../core/sequencer-error.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import type { Ledger } from './ledger.js';
import type { Term } from './term.js';

/**
 * What a log does at present:
 *
 *     starting --opened--> serving --failure--> starting
 *     starting, serving --data loss--> stopped
 *     starting, serving --drain--> draining
 */
export type Phase =
  | { readonly mode: 'starting' }
  | { readonly mode: 'serving' | 'draining'; readonly term: Term }
  | { readonly mode: 'draining' }
  | { readonly mode: 'stopped'; readonly reason: SequencerError };

/** What a log does, and how far it has come. */
export interface LogState {
  readonly mode: Phase['mode'];
  /** Why the log has stopped; empty in any other mode. */
  readonly stopReason: string;
  readonly nextIndex: number;
  readonly integratedSize: number;
  readonly published?: SignedCheckpoint;
  readonly oldestUnpublished?: TimestampMs;
}

/** The state at this moment. Without a term it is what was last published. */
export function describeState(phase: Phase, published: SignedCheckpoint | undefined): LogState {
  const stopReason = phase.mode === 'stopped' ? phase.reason.message : '';
  const known = published === undefined ? {} : { published };
  if (!('term' in phase)) {
    const size = published?.size ?? 0;
    return { mode: phase.mode, stopReason, nextIndex: size, integratedSize: size, ...known };
  }
  const { ledger } = phase.term;
  const oldestUnpublished = oldestUnpublishedOf(ledger);
  return {
    mode: phase.mode,
    stopReason,
    nextIndex: ledger.nextIndex,
    integratedSize: ledger.tree.size,
    published: ledger.published,
    ...(oldestUnpublished === undefined ? {} : { oldestUnpublished }),
  };
}

/** Entries of one batch have one timestamp, and batches are in order. */
function oldestUnpublishedOf({ unpublishedSince, tail }: Ledger): TimestampMs | undefined {
  return unpublishedSince ?? tail[0]?.timestamp;
}
