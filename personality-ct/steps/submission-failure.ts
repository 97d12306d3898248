import type { SequencerFailure, SequencerFailureCode } from '../ports/sequencer.js';
import type { ClosedCode } from './issuance.js';

/** The log takes no submissions any more. */
export interface Ended {
  readonly kind: 'ended';
  readonly message: string;
}

/** There is no SCT now, and the same submission may succeed later. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly code: ClosedCode | UnavailableCode;
  readonly message: string;
  readonly retryAfterMs: number;
}

/** There is no SCT, by a defect between the services that trying again does not mend. */
export interface Defect {
  readonly kind: 'defect';
  readonly message: string;
}

/** Why a submission cannot be completed now. */
export type UnavailableCode =
  | 'sequencer-unreachable'
  | 'sequencer-too-slow'
  | 'sequencer-overloaded'
  | 'sequencer-failing'
  | 'log-unknown'
  | 'log-stopped'
  | 'log-contradiction';

interface Wording {
  readonly code: UnavailableCode;
  /** For clients: names nothing that is inside. */
  readonly message: string;
  readonly retryAfterMs: number;
}

const SOON_MS = 1_000;
const LATER_MS = 60_000;

const UNSURE = 'the entry may have been stored: submitting it again is safe, and gets the SCT of that entry';

/** What a client is told of each failure that time or an operator can mend. */
const WORDINGS: Readonly<Record<Exclude<SequencerFailureCode, 'frozen' | 'rejected'>, Wording>> = {
  unreachable: { code: 'sequencer-unreachable', message: 'the sequencer cannot be reached', retryAfterMs: SOON_MS },
  deadline: { code: 'sequencer-too-slow', message: `no answer in time; ${UNSURE}`, retryAfterMs: SOON_MS },
  uncertain: { code: 'sequencer-failing', message: `no certain answer; ${UNSURE}`, retryAfterMs: SOON_MS },
  overloaded: { code: 'sequencer-overloaded', message: 'the log is overloaded', retryAfterMs: SOON_MS },
  defect: { code: 'sequencer-failing', message: 'the sequencer has failed', retryAfterMs: SOON_MS },
  'unknown-log': { code: 'log-unknown', message: 'the sequencer does not serve this log', retryAfterMs: LATER_MS },
  'not-allowed': { code: 'log-unknown', message: 'the sequencer does not serve this log', retryAfterMs: LATER_MS },
  stopped: { code: 'log-stopped', message: 'this log has stopped', retryAfterMs: LATER_MS },
  contradiction: {
    code: 'log-contradiction',
    message: 'the sequencer has contradicted itself',
    retryAfterMs: LATER_MS,
  },
};

/** What becomes of a submission when the sequencer does not answer: one table for every failure. */
export function outcomeOfFailure({ code, retryAfterMs }: SequencerFailure): Ended | Unavailable | Defect {
  if (code === 'frozen') return { kind: 'ended', message: 'this log is frozen and takes no submissions' };
  if (code === 'rejected') {
    return { kind: 'defect', message: 'the sequencer has refused an entry that this log accepts' };
  }
  const wording = WORDINGS[code];
  return { kind: 'unavailable', ...wording, retryAfterMs: retryAfterMs ?? wording.retryAfterMs };
}
