import { quoted } from '../../tlog/bytes.js';

/** One field of a request that breaks the contract. */
export interface FieldViolation {
  /** The path of the field in the request, as in `entries[3].data`. */
  readonly field: string;
  /** A sentence: what is wrong, with what was found and what is wanted. */
  readonly description: string;
}

/** Everything that the sequencer refuses or fails with. One table in `rpc/` turns it into a gRPC status. */
export type SequencerErrorDetail =
  | { readonly code: 'invalid'; readonly violations: readonly FieldViolation[] }
  | { readonly code: 'unknown-log'; readonly log: string; readonly known: readonly string[] }
  | { readonly code: 'exhausted'; readonly what: string; readonly retryAfterMs: number }
  | { readonly code: 'unavailable'; readonly why: string }
  | { readonly code: 'outcome-unknown'; readonly why: string }
  | { readonly code: 'deadline'; readonly what: string }
  | { readonly code: 'precondition'; readonly why: string }
  | { readonly code: 'data-loss'; readonly object: string; readonly why: string };

/** The one error class of the sequencer. */
export class SequencerError extends Error {
  readonly detail: SequencerErrorDetail;

  constructor(detail: SequencerErrorDetail, options?: { readonly cause?: unknown }) {
    super(sentence(detail), options);
    this.name = 'SequencerError';
    this.detail = detail;
  }
}

/** The stored bytes contradict themselves or each other: the log stops. `object` is a name in the store. */
export function dataLoss(object: string, why: string, cause?: unknown): SequencerError {
  return new SequencerError({ code: 'data-loss', object, why }, cause === undefined ? {} : { cause });
}

/** Names that a sentence lists, at most: it travels in a header, whose size clients limit. */
const LISTED_MAX = 16;

function listed(names: readonly string[]): string {
  const rest = names.length - LISTED_MAX;
  return names.slice(0, LISTED_MAX).join(', ') + (rest > 0 ? `, and ${String(rest)} more` : '');
}

function sentence(detail: SequencerErrorDetail): string {
  switch (detail.code) {
    case 'invalid':
      return detail.violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
    case 'unknown-log':
      return detail.log === ''
        ? `log is empty, and this process serves several: ${listed(detail.known)}`
        : `no log is named ${quoted(detail.log)}; there are: ${listed(detail.known)}`;
    case 'exhausted':
      return `${detail.what}; retry after ${String(detail.retryAfterMs)} ms`;
    case 'unavailable':
      return `nothing was stored: ${detail.why}`;
    case 'outcome-unknown':
      return `whether the entries were stored is not known, and repeating the call is safe: ${detail.why}`;
    case 'deadline':
      return detail.what;
    case 'precondition':
      return detail.why;
    case 'data-loss':
      return `${detail.object}: ${detail.why}`;
  }
}
