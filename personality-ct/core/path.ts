import { equalBytes } from '../../tlog/bytes.js';
import type { Certificate } from './certificate.js';
import { checkOrder, describeNoIssuer } from './chain-order.js';
import { authorityKeyIdOf, subjectKeyIdOf } from './constraints.js';
import type { Issuer } from './issuer.js';
import { checkLink, type Link } from './link.js';
import { inChain, type Refused } from './refusal.js';
import { refused } from './refuse.js';
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
  return checkLinksDown(judge, linksOf(leaf, submitted)) ?? completed;
}

function isRoot(leaf: Certificate, roots: RootSet): boolean {
  return roots.bySubject(leaf.subject).some(({ der }) => equalBytes(der, leaf.der));
}

/** The submitted chain with the root that issued its last certificate. */
function completePath(judge: PathJudge, leaf: Certificate, submitted: readonly Issuer[]): Path | Refused {
  const last = submitted.at(-1);
  const child = last?.certificate ?? leaf;
  const position = submitted.length;
  const isNew = ({ fingerprintHex }: Issuer): boolean =>
    submitted.every((issuer) => issuer.fingerprintHex !== fingerprintHex);
  const candidates = byKeyIdentifier(child, judge.roots.bySubject(child.issuer).filter(isNew));
  let firstRefusal: Refused | undefined;
  for (const root of candidates.slice(0, SIGNATURE_CHECKS_MAX - position)) {
    const refusal = checkLinksDown(judge, [
      { child, position, childFingerprintHex: last?.fingerprintHex, parent: root },
    ]);
    if (refusal === undefined) return { kind: 'path', issuers: [...submitted, root] };
    firstRefusal ??= refusal;
  }
  if (candidates.length > SIGNATURE_CHECKS_MAX - position) {
    const about = inChain(position, child);
    return refused({ code: 'signature-checks-exhausted', ...about, checksMax: SIGNATURE_CHECKS_MAX });
  }
  return firstRefusal ?? describeNoIssuer(child, position, judge.roots);
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

/** The links of the leaf and its submitted issuers, from the leaf up. */
function linksOf(leaf: Certificate, submitted: readonly Issuer[]): Link[] {
  let child: Pick<Issuer, 'certificate'> & Partial<Issuer> = { certificate: leaf };
  return submitted.map((parent, position) => {
    const { certificate, fingerprintHex: childFingerprintHex } = child;
    child = parent;
    return { child: certificate, position, childFingerprintHex, parent };
  });
}

/**
 * Checks links from the root down. No key is used before an accepted root has vouched for it, so nobody can make the
 * log work with keys of his own making.
 */
function checkLinksDown({ rules, verifySignature }: PathJudge, links: readonly Link[]): Refused | undefined {
  for (const link of links.toReversed()) {
    const refusal = checkLink({ refuseSha1: rules.refuseSha1, verifySignature }, link);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
