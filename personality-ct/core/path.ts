import { equalBytes } from '../../tlog/bytes.js';
import type { Certificate } from './certificate.js';
import { checkOrder } from './chain-order.js';
import { authorityKeyIdOf, subjectKeyIdOf } from './constraints.js';
import { formatName } from './distinguished-name.js';
import type { Issuer } from './issuer.js';
import { checkLink } from './link.js';
import { inChain, refused, type Refused } from './refusal.js';
import type { RootSet } from './roots.js';
import type { ChainRules } from './rules.js';
import type { VerifySignature } from './signature-check.js';

/** A path from a leaf to an accepted root: the issuers from the leaf's own to and including the root. */
export interface Path {
  readonly kind: 'path';
  readonly issuers: readonly Issuer[];
}

/** What a path is judged by. */
export interface PathJudge {
  readonly roots: RootSet;
  readonly rules: Pick<ChainRules, 'refuseSha1'>;
  readonly verifySignature: VerifySignature;
}

/**
 * The most signatures that are checked for one submission. Source: Go crypto/x509, maxChainSignatureChecks, which the
 * other logs have. It is more than SUBMISSION_CHAIN_MAX, so only roots of one name can exhaust it.
 */
const SIGNATURE_CHECKS_MAX = 100;

/**
 * Finds the path from the leaf to an accepted root of which the submitted chain consists, but for the root, which may
 * be left out. A leaf that is itself a root is a path of one. If the last certificate is a root, the path ends with it,
 * even if another root stands above.
 */
export function findPath(judge: PathJudge, leaf: Certificate, submitted: readonly Issuer[]): Path | Refused {
  const { roots } = judge;
  if (isRoot(leaf, roots)) {
    const [next] = submitted;
    if (next === undefined) return { kind: 'path', issuers: [] };
    return refused({ code: 'unrelated-certificate', ...inChain(1, next.certificate), reason: 'after-root' });
  }
  const disorder = checkOrder(leaf, submitted, roots);
  if (disorder !== undefined) return disorder;
  const last = submitted.at(-1);
  const endsWithRoot = last !== undefined && roots.byFingerprint(last.fingerprintHex) !== undefined;
  const completed = endsWithRoot ? { kind: 'path' as const, issuers: submitted } : completePath(judge, leaf, submitted);
  if (completed.kind === 'refused') return completed;
  return checkLinksDown(judge, leaf, completed.issuers, submitted.length - 1) ?? completed;
}

function isRoot(leaf: Certificate, roots: RootSet): boolean {
  return roots.bySubject(leaf.subject).some(({ der }) => equalBytes(der, leaf.der));
}

/** The submitted chain with the root that issued its last certificate. */
function completePath(judge: PathJudge, leaf: Certificate, submitted: readonly Issuer[]): Path | Refused {
  const child = submitted.at(-1)?.certificate ?? leaf;
  const isNew = ({ fingerprintHex }: Issuer): boolean =>
    submitted.every((issuer) => issuer.fingerprintHex !== fingerprintHex);
  const candidates = byKeyIdentifier(child, judge.roots.bySubject(child.issuer).filter(isNew));
  let firstRefusal: Refused | undefined;
  for (const root of candidates.slice(0, SIGNATURE_CHECKS_MAX - submitted.length)) {
    const issuers = [...submitted, root];
    const refusal = checkLinkAt(judge, leaf, issuers, submitted.length);
    if (refusal === undefined) return { kind: 'path', issuers };
    firstRefusal ??= refusal;
  }
  if (candidates.length > SIGNATURE_CHECKS_MAX - submitted.length) {
    const about = inChain(submitted.length, child);
    return refused({ code: 'signature-checks-exhausted', ...about, checksMax: SIGNATURE_CHECKS_MAX });
  }
  return firstRefusal ?? describeNoRoot(child, submitted.length, judge.roots);
}

/** The candidates with those first whose key identifier is the one that the child names. A mismatch refuses none. */
function byKeyIdentifier(child: Certificate, candidates: readonly Issuer[]): readonly Issuer[] {
  const wanted = candidates.length > 1 ? authorityKeyIdOf(child) : undefined;
  if (wanted === undefined) return candidates;
  const matches = ({ certificate }: Issuer): boolean => {
    const keyId = subjectKeyIdOf(certificate);
    return keyId !== undefined && equalBytes(keyId, wanted);
  };
  return [...candidates.filter(matches), ...candidates.filter((candidate) => !matches(candidate))];
}

function describeNoRoot(last: Certificate, position: number, roots: RootSet): Refused {
  const about = inChain(position, last);
  const acceptedRootOfSameName = position > 0 && roots.bySubject(last.subject).length > 0;
  if (equalBytes(last.issuer, last.subject)) {
    return refused({ code: 'root-not-accepted', ...about, acceptedRootOfSameName });
  }
  return refused({ code: 'issuer-missing', ...about, issuer: formatName(last.issuer), acceptedRootOfSameName });
}

/**
 * Checks the links of a path from the one whose child stands at `position` down to the leaf. No key is used before an
 * accepted root has vouched for it, so nobody can make the log work with keys of his own making.
 */
function checkLinksDown(
  judge: PathJudge,
  leaf: Certificate,
  issuers: readonly Issuer[],
  position: number,
): Refused | undefined {
  for (let i = position; i >= 0; i--) {
    const refusal = checkLinkAt(judge, leaf, issuers, i);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function checkLinkAt(
  { rules, verifySignature }: PathJudge,
  leaf: Certificate,
  issuers: readonly Issuer[],
  position: number,
): Refused | undefined {
  const childIssuer = position === 0 ? undefined : issuers[position - 1];
  return checkLink(
    { refuseSha1: rules.refuseSha1, verifySignature },
    {
      child: childIssuer?.certificate ?? leaf,
      position,
      childFingerprintHex: childIssuer?.fingerprintHex,
      parent: issuers[position] as Issuer,
    },
  );
}
