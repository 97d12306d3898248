import type { Clock } from '../../service/clock.js';
import type { Logger } from '../../service/logger.js';
import type { TimestampMs } from '../../tlog/scalars.js';
import { judgeSubmission, type Accepted, type ChainJudge } from '../core/judge.js';
import type { Refused } from '../core/refusal.js';
import { encodeSct, sctInput, type SctJson } from '../core/sct.js';
import { parseSubmission, type DecodeBase64, type Endpoint } from '../core/submission.js';
import type { LogMeters, SubmissionResult } from '../ports/meters.js';
import type { SctSigner } from '../ports/sct-signer.js';
import type { AddedEntry, Answer, SequencerFailure } from '../ports/sequencer.js';
import type { Coalescer } from './coalesce.js';
import type { Issuance } from './issuance.js';
import type { IssuerStore } from './issuers.js';
import { outcomeOfFailure, type Defect, type Ended, type Unavailable } from './submission-failure.js';

/** What comes of a submission. */
export type SubmissionOutcome =
  { readonly kind: 'sct'; readonly sct: SctJson; readonly duplicate: boolean } | Refused | Ended | Unavailable | Defect;

/** Takes the body of a submission all the way to an SCT, or says why there is none. */
export type Submit = (endpoint: Endpoint, body: string) => Promise<SubmissionOutcome>;

interface SubmitDeps {
  /** The judge of this moment: a reload of the roots makes another one. */
  readonly judge: () => ChainJudge;
  readonly decodeBase64: DecodeBase64;
  readonly issuance: () => Issuance;
  readonly issuers: IssuerStore;
  readonly coalescer: Coalescer;
  readonly signer: SctSigner;
  /** From when on the log takes no submissions; undefined: it has no end. */
  readonly readOnlyFrom: TimestampMs | undefined;
  readonly clock: Clock;
  readonly meters: Pick<LogMeters, 'submission'>;
  readonly log: Logger;
}

/**
 * Creates the road of a submission to one log.
 *
 * The chain is judged, its issuers are public before the entry refers to them, the entry is added, and the SCT is signed
 * over the leaf as it is in the log: with the index and the timestamp that came back, which for a duplicate are those of
 * the entry that was there. Whether SCTs may be issued is asked before anything is stored, and again before the
 * signature.
 */
export function createSubmit(deps: SubmitDeps): Submit {
  const { clock, meters } = deps;
  return async (endpoint, body) => {
    const startMs = clock.monotonicMs();
    const outcome = await submit(deps, endpoint, body);
    meters.submission({ endpoint, result: resultOf(outcome), durationMs: clock.monotonicMs() - startMs });
    return outcome;
  };
}

async function submit(deps: SubmitDeps, endpoint: Endpoint, body: string): Promise<SubmissionOutcome> {
  const { readOnlyFrom, clock, issuers, coalescer } = deps;
  if (readOnlyFrom !== undefined && clock.now() >= readOnlyFrom) {
    return { kind: 'ended', message: `this log takes no submissions since ${new Date(readOnlyFrom).toISOString()}` };
  }
  const closed = whyClosed(deps);
  if (closed) return closed;
  const accepted = judge(deps, endpoint, body);
  if (accepted.kind === 'refused') return accepted;
  const stored = await issuers.store(accepted.issuers);
  if (stored.kind === 'failed') return noSct(deps, stored.failure, 'issuers could not be stored');
  const added = await coalescer.add(accepted.entry);
  return conclude(deps, accepted, added);
}

function judge({ judge, decodeBase64, clock }: SubmitDeps, endpoint: Endpoint, body: string): Accepted | Refused {
  const parsed = parseSubmission(body, decodeBase64);
  if (parsed.kind === 'refused') return parsed;
  return judgeSubmission(judge(), { endpoint, chain: parsed.chain, now: clock.now() });
}

function conclude(deps: SubmitDeps, accepted: Accepted, added: Answer<AddedEntry>): SubmissionOutcome {
  if (added.kind === 'failed') return noSct(deps, added.failure, 'entry could not be added');
  const closed = whyClosed(deps);
  if (closed) return closed;
  const { index, timestamp, duplicate } = added.value;
  const stamp = { index, timestamp };
  const { logId, sign } = deps.signer;
  const derSignature = sign(sctInput(accepted.entry, stamp));
  return { kind: 'sct', sct: encodeSct({ logId, stamp, derSignature }), duplicate };
}

function whyClosed({ issuance }: SubmitDeps): Unavailable | undefined {
  const state = issuance();
  if (state.kind === 'open') return undefined;
  const { code, message, retryAfterMs } = state;
  return { kind: 'unavailable', code, message, retryAfterMs };
}

function noSct({ log }: SubmitDeps, failure: SequencerFailure, what: string): Ended | Unavailable | Defect {
  const facts = { code: failure.code, reason: failure.message, what };
  if (failure.code === 'contradiction') log.error(facts, 'sequencer contradicts itself: no SCT issued');
  else if (failure.code === 'rejected' || failure.code === 'defect') log.error(facts, 'submission failed by a defect');
  else log.debug(facts, 'submission not completed');
  return outcomeOfFailure(failure);
}

function resultOf(outcome: SubmissionOutcome): SubmissionResult {
  if (outcome.kind !== 'sct') return outcome.kind;
  return outcome.duplicate ? 'sct-duplicate' : 'sct';
}
