import type { Endpoint } from '../core/submission.js';
import type { SequencerFailureCode } from './sequencer.js';

/** How a submission ended: with an SCT over a new or a known entry, or with one of the other answers. */
export type SubmissionResult = 'sct' | 'sct-duplicate' | 'refused' | 'ended' | 'unavailable' | 'defect';

/** How a renewal of the checkpoint ended; `already-fresh`: somebody else was faster. */
export type RenewalResult = 'written' | 'already-fresh' | 'failed';

/** What one log has to count. */
export interface LogMeters {
  submission(facts: { endpoint: Endpoint; result: SubmissionResult; durationMs: number }): void;
  addCall(facts: { entries: number; result: 'answered' | SequencerFailureCode; durationMs: number }): void;
  renewal(result: RenewalResult): void;
}
