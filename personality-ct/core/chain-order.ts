import { equalBytes } from '../../tlog/bytes.js';
import type { Certificate } from './certificate.js';
import { formatName } from './distinguished-name.js';
import type { Issuer } from './issuer.js';
import { inChain, type Refused } from './refusal.js';
import { refused } from './refuse.js';
import type { RootSet } from './roots.js';

/**
 * Says whether the names of the submitted chain form a path: each certificate was issued by the next one, byte for
 * byte, and none stands there twice. A path that stops at another root than the last is none.
 */
export function checkOrder(leaf: Certificate, submitted: readonly Issuer[], roots: RootSet): Refused | undefined {
  const twice = checkOnce(leaf, submitted);
  if (twice !== undefined) return twice;
  let child = leaf;
  for (const [position, { certificate: next }] of submitted.entries()) {
    if (!equalBytes(child.issuer, next.subject)) {
      const chain = [leaf, ...submitted.map(({ certificate }) => certificate)];
      return describeBreak({ chain, child, next, position }, roots);
    }
    child = next;
  }
  return undefined;
}

function checkOnce(leaf: Certificate, submitted: readonly Issuer[]): Refused | undefined {
  const positions = new Map<string, number>();
  for (const [i, { certificate, der, fingerprintHex }] of submitted.entries()) {
    const firstPosition = equalBytes(der, leaf.der) ? 0 : positions.get(fingerprintHex);
    if (firstPosition !== undefined) {
      return refused({ code: 'certificate-twice', ...inChain(i + 1, certificate), firstPosition });
    }
    positions.set(fingerprintHex, i + 1);
  }
  return undefined;
}

/** Two neighbours of a chain of which the second did not issue the first; `position` is that of the first. */
interface Break {
  readonly chain: readonly Certificate[];
  readonly child: Certificate;
  readonly next: Certificate;
  readonly position: number;
}

/** Says what is wrong there: an issuer elsewhere, a certificate too many, or one too few. */
function describeBreak({ chain, child, next, position }: Break, roots: RootSet): Refused {
  const issuerPosition = chain.findIndex((other) => other !== child && equalBytes(child.issuer, other.subject));
  if (issuerPosition === -1) {
    return roots.bySubject(child.issuer).length > 0
      ? refused({ code: 'unrelated-certificate', ...inChain(position + 1, next), reason: 'after-root' })
      : describeNoIssuer(child, position, roots);
  }
  const nextIssuedAnother = chain.some((other) => other !== next && equalBytes(other.issuer, next.subject));
  return nextIssuedAnother
    ? refused({ code: 'wrong-order', ...inChain(position, child), issuer: formatName(child.issuer), issuerPosition })
    : refused({ code: 'unrelated-certificate', ...inChain(position + 1, next), reason: 'no-issuer' });
}

/** Says that the issuer of the certificate at `position` is nowhere: not in the chain, and not among the roots. */
export function describeNoIssuer(child: Certificate, position: number, roots: RootSet): Refused {
  const about = inChain(position, child);
  const acceptedRootOfSameName = position > 0 && roots.bySubject(child.subject).length > 0;
  if (equalBytes(child.issuer, child.subject)) {
    return refused({ code: 'root-not-accepted', ...about, acceptedRootOfSameName });
  }
  return refused({ code: 'issuer-missing', ...about, issuer: formatName(child.issuer), acceptedRootOfSameName });
}
