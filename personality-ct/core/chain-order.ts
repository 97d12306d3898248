import { equalBytes } from '../../tlog/bytes.js';
import type { Certificate } from './certificate.js';
import { formatName } from './distinguished-name.js';
import type { Issuer } from './issuer.js';
import { inChain, refused, type Refused } from './refusal.js';
import type { RootSet } from './roots.js';

/**
 * Says whether the names of the submitted chain form a path: each certificate was issued by the next one, byte for
 * byte, and none stands there twice. A path that stops at another root than the last is none.
 */
export function checkOrder(leaf: Certificate, submitted: readonly Issuer[], roots: RootSet): Refused | undefined {
  const twice = checkOnce(leaf, submitted);
  if (twice !== undefined) return twice;
  const chain = [leaf, ...submitted.map(({ certificate }) => certificate)];
  const breakAt = chain.findIndex((child, i) => {
    const parent = chain[i + 1];
    return parent !== undefined && !equalBytes(child.issuer, parent.subject);
  });
  return breakAt === -1 ? undefined : describeBreak(chain, breakAt, roots);
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

/** Says why the certificate after `position` is not the issuer of the one there. */
function describeBreak(chain: readonly Certificate[], position: number, roots: RootSet): Refused {
  const child = chain[position] as Certificate;
  const next = chain[position + 1] as Certificate;
  const issuerPosition = chain.findIndex((other, i) => i !== position && equalBytes(child.issuer, other.subject));
  const nextIssuedSomething = chain.some((other) => other !== next && equalBytes(other.issuer, next.subject));
  const issuer = formatName(child.issuer);
  if (issuerPosition !== -1 && nextIssuedSomething) {
    return refused({ code: 'wrong-order', ...inChain(position, child), issuer, issuerPosition });
  }
  if (issuerPosition === -1 && roots.bySubject(child.issuer).length > 0) {
    return refused({ code: 'unrelated-certificate', ...inChain(position + 1, next), reason: 'after-root' });
  }
  if (issuerPosition !== -1) {
    return refused({ code: 'unrelated-certificate', ...inChain(position + 1, next), reason: 'no-issuer' });
  }
  return refused({ code: 'issuer-missing', ...inChain(position, child), issuer, acceptedRootOfSameName: false });
}
