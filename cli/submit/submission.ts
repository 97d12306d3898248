import { CtError } from '../../personality-ct/core/error.js';
import type { LogEntry } from '../../personality-ct/core/entry.js';
import { judgeSubmission, type ChainJudge } from '../../personality-ct/core/judge.js';
import { parseSct, sctInput, sctVerifies, type Sct, type VerifyMessage } from '../../personality-ct/core/sct.js';
import { toHex } from '../../tlog/bytes.js';
import type { CheckpointText } from '../../tlog/checkpoint.js';
import { TlogError } from '../../tlog/error.js';
import type { Hasher, Sha256 } from '../../tlog/hash.js';
import type { TimestampMs } from '../../tlog/scalars.js';
import { CannotLookError } from '../public-log/public-objects.js';
import { readChainFile, type ChainFile } from './chain-file.js';
import type { CheckpointWatch } from './checkpoint-watch.js';
import type { InclusionProver } from './inclusion.js';
import type { SubmissionClient } from './submission-client.js';

/** What became of one chain. */
export type Outcome =
  | { readonly kind: 'verified'; readonly file: string; readonly evidence: Evidence }
  /** The log does not take it: `reason` is its own words. */
  | { readonly kind: 'refused'; readonly file: string; readonly reason: string }
  /** The log took it, and does not keep what it promised. */
  | { readonly kind: 'unverified'; readonly file: string; readonly reason: string }
  /** Nothing is known: a file that is no chain, a log that does not answer. */
  | { readonly kind: 'unknown'; readonly file: string; readonly reason: string };

/** What shows that the log has kept its promise. */
export interface Evidence {
  readonly sct: Sct;
  /** The SCT as the log sent it. */
  readonly json: unknown;
  readonly leafHash: Sha256;
  readonly checkpoint: CheckpointText;
  readonly proof: readonly Sha256[];
}

/** What a submission needs. */
export interface Submitter {
  readonly client: SubmissionClient;
  /** With the roots of the log, and no rules beside: it says what the entry of a chain is. */
  readonly judge: ChainJudge;
  readonly hasher: Hasher;
  readonly logId: Sha256;
  readonly verify: VerifyMessage;
  readonly watch: CheckpointWatch;
  readonly prover: InclusionProver;
  readonly now: () => TimestampMs;
}

/** Submits the chain in a file, and verifies everything that the log says about it. @throws the signal's reason */
export async function submitFile(submitter: Submitter, file: string, signal: AbortSignal): Promise<Outcome> {
  try {
    const chain = readChainFile(file);
    const answer = await submitter.client.submit(chain.endpoint, chain.chain, signal);
    if (answer.kind === 'refused') return { kind: 'refused', file, reason: answer.reason };
    return await verifyAnswer(submitter, { chain, json: answer.json, signal });
  } catch (error) {
    if (error instanceof TlogError || error instanceof CtError) {
      return { kind: 'unverified', file, reason: error.message };
    }
    if (error instanceof CannotLookError) return { kind: 'unknown', file, reason: error.message };
    throw error;
  }
}

async function verifyAnswer(
  submitter: Submitter,
  { chain, json, signal }: { chain: ChainFile; json: unknown; signal: AbortSignal },
): Promise<Outcome> {
  const { hasher, watch, prover } = submitter;
  const unverified = (reason: string): Outcome => ({ kind: 'unverified', file: chain.file, reason });
  const sct = parseSct(json);
  const entry = entryOf(submitter, chain);
  if (typeof entry === 'string') return unverified(entry);
  const problem = sctProblem(submitter, entry, sct);
  if (problem !== undefined) return unverified(problem);
  const { index } = sct.stamp;
  const checkpoint = await watch.covering(index, signal);
  if (checkpoint === undefined) return unverified(`no checkpoint has covered index ${index} in time`);
  const leafHash = hasher.leaf(sctInput(entry, sct.stamp));
  const proof = await prover.prove({ index, hash: leafHash }, checkpoint, signal);
  return { kind: 'verified', file: chain.file, evidence: { sct, json, leafHash, checkpoint, proof } };
}

/** The entry that the log should have made of a chain, or why there is no telling. */
function entryOf({ judge, now }: Submitter, { chain, endpoint }: ChainFile): LogEntry | string {
  const judged = judgeSubmission(judge, { endpoint, chain, now: now() });
  if (judged.kind === 'accepted') return judged.entry;
  return `the log took a chain that should be refused: ${judged.refusal.message}`;
}

function sctProblem({ logId, verify }: Submitter, entry: LogEntry, sct: Sct): string | undefined {
  if (toHex(sct.logId) !== toHex(logId)) {
    return `the SCT is by the log ${toHex(sct.logId)}, and this one is ${toHex(logId)}`;
  }
  return sctVerifies(verify, entry, sct) ? undefined : "the SCT's signature is wrong for the entry of this chain";
}
