import type { TimestampMs } from '../../tlog/scalars.js';
import { parseCertificate, type Certificate } from './certificate.js';
import { certificateEntry, ENTRY_PART_SIZE_MAX_BYTES, precertificateEntry, type LogEntry } from './entry.js';
import { CtError } from './error.js';
import type { Issuer, ReadIssuer } from './issuer.js';
import { checkEndpoint, checkLeafRules } from './leaf-rules.js';
import { findPath, type PathJudge } from './path.js';
import { inChain, type Refused } from './refusal.js';
import { refused } from './refuse.js';
import type { ChainRules } from './rules.js';
import type { Endpoint } from './submission.js';

/** What submissions to one log are judged by. An immutable value: a reload of the roots makes another one. */
export interface ChainJudge extends PathJudge {
  readonly rules: ChainRules;
  readonly readIssuer: ReadIssuer;
}

/** A submission that the log takes. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly entry: LogEntry;
  readonly leaf: Certificate;
  /** From the leaf's issuer up to and including the root, even if the submitter left the root out. */
  readonly issuers: readonly Issuer[];
}

/** Decides whether a log takes a submission, and makes the entry of it. Source: RFC 6962, 3.1; c2sp.org/static-ct-api */
export function judgeSubmission(
  judge: ChainJudge,
  submission: { readonly endpoint: Endpoint; readonly chain: readonly Uint8Array[]; readonly now: TimestampMs },
): Accepted | Refused {
  const read = readChain(submission.chain, judge.readIssuer);
  if (read.kind === 'refused') return read;
  const { leaf, submitted } = read;
  const refusal = checkEndpoint(leaf, submission.endpoint) ?? checkLeafRules(leaf, judge.rules, submission.now);
  if (refusal !== undefined) return refusal;
  const path = findPath(judge, leaf, submitted);
  if (path.kind === 'refused') return path;
  return submission.endpoint === 'add-chain'
    ? accept(certificateEntry(leaf, path.issuers), leaf, path.issuers)
    : acceptPrecertificate(leaf, path.issuers, judge.rules);
}

interface ReadChain {
  readonly kind: 'read';
  readonly leaf: Certificate;
  readonly submitted: readonly Issuer[];
}

function readChain(chain: readonly Uint8Array[], readIssuer: ReadIssuer): ReadChain | Refused {
  const [leafDer, ...others] = chain;
  if (leafDer === undefined) return refused({ code: 'chain-empty' });
  const position = chain.findIndex(({ length }) => length > ENTRY_PART_SIZE_MAX_BYTES);
  if (position !== -1) return tooLarge(position, chain[position]?.length ?? 0);
  const leaf = attempt(0, () => parseCertificate(leafDer));
  if (isRefused(leaf)) return leaf;
  const submitted: Issuer[] = [];
  for (const der of others) {
    const issuer = attempt(submitted.length + 1, () => readIssuer(der));
    if (isRefused(issuer)) return issuer;
    submitted.push(issuer);
  }
  return { kind: 'read', leaf, submitted };
}

function attempt<T>(position: number, parse: () => T): T | Refused {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof CtError)) throw error;
    return refused({ code: 'malformed-certificate', position, problem: error.message });
  }
}

function isRefused(value: object): value is Refused {
  return 'kind' in value && value.kind === 'refused';
}

function acceptPrecertificate(leaf: Certificate, issuers: readonly Issuer[], rules: ChainRules): Accepted | Refused {
  const [issuer] = issuers;
  if (rules.refusePreIssuers && issuer?.isPrecertificateSigner === true) {
    return refused({ code: 'pre-issuer-refused', ...inChain(1, issuer.certificate) });
  }
  const entry = precertificateEntry(leaf, issuers);
  return entry === undefined
    ? refused({ code: 'final-issuer-missing', ...inChain(0, leaf) })
    : accept(entry, leaf, issuers);
}

function accept(entry: LogEntry, leaf: Certificate, issuers: readonly Issuer[]): Accepted | Refused {
  const size = Math.max(entry.data.length, entry.trailer.length);
  if (size > ENTRY_PART_SIZE_MAX_BYTES) return tooLarge(0, size);
  return { kind: 'accepted', entry, leaf, issuers };
}

function tooLarge(position: number, sizeBytes: number): Refused {
  return refused({ code: 'too-large', position, sizeBytes, sizeMaxBytes: ENTRY_PART_SIZE_MAX_BYTES });
}
