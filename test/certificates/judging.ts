import assert from 'node:assert/strict';
import { judgeSubmission, type Accepted, type ChainJudge } from '../../personality-ct/core/judge.js';
import { uncachedIssuers } from '../../personality-ct/core/issuer.js';
import type { Refusal } from '../../personality-ct/core/refusal.js';
import { rootSet } from '../../personality-ct/core/roots.js';
import { laxRules, type ChainRules } from '../../personality-ct/core/rules.js';
import type { VerifySignature } from '../../personality-ct/core/signature-check.js';
import type { Endpoint } from '../../personality-ct/core/submission.js';
import { createSignatureVerifier } from '../../personality-ct/crypto/signature-verifier.js';
import { nobleHasher } from '../../tlog/hash.js';
import { timestampMs } from '../../tlog/scalars.js';

/** What has a certificate: its bytes, or what a test has issued. */
export type HasDer = Uint8Array | { readonly der: Uint8Array };

/** A log that accepts these roots. */
export interface TestLog {
  readonly roots: readonly HasDer[];
  readonly rules?: Partial<ChainRules>;
  /** What the time is. Left out: 2025-07-01T12:00:00Z, while the usual leaf is valid. */
  readonly now?: Date;
  readonly verifySignature?: VerifySignature;
}

const NOW = new Date('2025-07-01T12:00:00Z');

/** What the log makes of a submission. */
export function judged(log: TestLog, endpoint: Endpoint, chain: readonly HasDer[]): ReturnType<typeof judgeSubmission> {
  const judge: ChainJudge = {
    roots: rootSet(nobleHasher, log.roots.map(derOf)),
    rules: { ...laxRules, ...log.rules },
    verifySignature: log.verifySignature ?? createSignatureVerifier(),
    readIssuer: uncachedIssuers(nobleHasher),
  };
  const now = timestampMs((log.now ?? NOW).getTime());
  return judgeSubmission(judge, { endpoint, chain: chain.map(derOf), now });
}

/** What the log accepts; an assertion fails if it does not. */
export function accepted(log: TestLog, endpoint: Endpoint, chain: readonly HasDer[]): Accepted {
  const outcome = judged(log, endpoint, chain);
  if (outcome.kind === 'accepted') return outcome;
  throw new assert.AssertionError({ message: `refused: ${outcome.refusal.message}` });
}

/** Why the log refuses; an assertion fails if it does not. */
export function refusedBy(log: TestLog, endpoint: Endpoint, chain: readonly HasDer[]): Refusal {
  const outcome = judged(log, endpoint, chain);
  if (outcome.kind === 'refused') return outcome.refusal;
  throw new assert.AssertionError({ message: 'accepted, where a refusal was wanted' });
}

function derOf(certificate: HasDer): Uint8Array {
  return certificate instanceof Uint8Array ? certificate : certificate.der;
}
