import type { RefusalCode, RefusalFacts } from '../../personality-ct/core/refusal.js';
import { refused } from '../../personality-ct/core/refuse.js';
import {
  answerOf,
  answerOfBody,
  malformedRequest,
  methodNotAllowed,
  notFound,
  unexpected,
  type DoorAnswer,
} from '../../personality-ct/http/error-table.js';
import type { BodyProblem } from '../../personality-ct/http/body.js';
import type { SequencerFailureCode } from '../../personality-ct/ports/sequencer.js';
import { outcomeOfFailure } from '../../personality-ct/steps/submission-failure.js';
import { CLOSED } from './closed-issuance.js';

// In the tables below the compiler sees to it that no member of a union is missing, and that none is there that is not
// in the union any more.

const ABOUT = { position: 1, subject: 'CN=Example' };
const ISSUER = { ...ABOUT, issuer: 'CN=Issuer' };

/** A refusal of each code, with all its facts. */
export const REFUSALS: { readonly [Code in RefusalCode]: Extract<RefusalFacts, { readonly code: Code }> } = {
  'malformed-body': { code: 'malformed-body', problem: 'it is not JSON' },
  'chain-empty': { code: 'chain-empty' },
  'chain-too-long': { code: 'chain-too-long', length: 65, lengthMax: 64 },
  'malformed-base64': { code: 'malformed-base64', position: 0 },
  'malformed-certificate': { code: 'malformed-certificate', position: 0, problem: 'it ends too early' },
  'too-large': { code: 'too-large', position: 0, sizeBytes: 2, sizeMaxBytes: 1 },
  'precertificate-at-add-chain': { code: 'precertificate-at-add-chain', ...ABOUT },
  'certificate-at-add-pre-chain': { code: 'certificate-at-add-pre-chain', ...ABOUT },
  'malformed-poison': { code: 'malformed-poison', ...ABOUT, problem: 'is not critical' },
  'outside-shard': { code: 'outside-shard', ...ABOUT, notAfter: '', notAfterStart: '', notAfterLimit: '' },
  expired: { code: 'expired', ...ABOUT, notAfter: '' },
  unexpired: { code: 'unexpired', ...ABOUT, notAfter: '' },
  'extension-refused': { code: 'extension-refused', ...ABOUT, extension: '2.5.29.17' },
  'key-usage-missing': { code: 'key-usage-missing', ...ABOUT, required: ['1.3.6.1.5.5.7.3.1'] },
  'certificate-twice': { code: 'certificate-twice', ...ABOUT, firstPosition: 0 },
  'wrong-order': { code: 'wrong-order', ...ISSUER, issuerPosition: 3 },
  'unrelated-certificate': { code: 'unrelated-certificate', ...ABOUT, reason: 'no-issuer' },
  'issuer-missing': { code: 'issuer-missing', ...ISSUER, acceptedRootOfSameName: false },
  'root-not-accepted': { code: 'root-not-accepted', ...ABOUT, acceptedRootOfSameName: false },
  'issuer-not-a-ca': { code: 'issuer-not-a-ca', ...ISSUER },
  'issuer-may-not-sign': { code: 'issuer-may-not-sign', ...ISSUER },
  'signature-invalid': { code: 'signature-invalid', ...ISSUER },
  'signature-unsupported': { code: 'signature-unsupported', ...ISSUER, algorithm: '1.2.840.113549.1.1.4' },
  'algorithms-differ': { code: 'algorithms-differ', ...ABOUT },
  'sha1-refused': { code: 'sha1-refused', ...ABOUT },
  'signature-checks-exhausted': { code: 'signature-checks-exhausted', ...ABOUT, checksMax: 100 },
  'pre-issuer-refused': { code: 'pre-issuer-refused', ...ABOUT },
  'final-issuer-missing': { code: 'final-issuer-missing', ...ABOUT },
};

/** Every way in which a call to the sequencer may fail. */
export const SEQUENCER_FAILURES: Readonly<Record<SequencerFailureCode, true>> = {
  ...{ unreachable: true, deadline: true, uncertain: true, overloaded: true, frozen: true, rejected: true },
  ...{ 'unknown-log': true, stopped: true, 'not-allowed': true, defect: true, contradiction: true },
};

const BODY_PROBLEMS: Readonly<Record<BodyProblem, true>> = { 'too-large': true, 'too-slow': true, 'cut-off': true };

/** The answers to submissions that were refused. */
export function refusalAnswers(): DoorAnswer[] {
  return Object.values(REFUSALS).map((facts) => answerOf(refused(facts)));
}

/** All other answers without an SCT, by the function that makes them. */
export const OTHER_ANSWERS: Readonly<Record<string, () => DoorAnswer[]>> = {
  answerOf: () => [
    ...(Object.keys(SEQUENCER_FAILURES) as SequencerFailureCode[]).map((code) =>
      answerOf(outcomeOfFailure({ code, message: 'for nobody' })),
    ),
    ...Object.values(CLOSED).map(({ issuance: { code, message, retryAfterMs } }) =>
      answerOf({ kind: 'unavailable', code, message, retryAfterMs }),
    ),
  ],
  answerOfBody: () => (Object.keys(BODY_PROBLEMS) as BodyProblem[]).map((problem) => answerOfBody(problem, 1_000)),
  methodNotAllowed: () => [methodNotAllowed('PUT', 'POST')],
  notFound: () => [notFound('/')],
  malformedRequest: () => [malformedRequest(400)],
  unexpected: () => [unexpected],
};
