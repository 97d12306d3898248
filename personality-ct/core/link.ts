import { equalBytes } from '../../tlog/bytes.js';
import type { Certificate } from './certificate.js';
import { formatName } from './distinguished-name.js';
import type { Issuer } from './issuer.js';
import { inChain, type Refused } from './refusal.js';
import { refused } from './refuse.js';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.js';
import type { SignatureVerdict, VerifySignature } from './signature-check.js';

/** Two neighbours of a path, whose names are known to fit. */
export interface Link {
  readonly child: Certificate;
  /** The position of the child in the submitted chain. */
  readonly position: number;
  /** The fingerprint of the child if it is an issuer itself, not if it is the leaf. */
  readonly childFingerprintHex: string | undefined;
  readonly parent: Issuer;
}

/** What a link is judged by. */
export interface LinkJudge {
  readonly refuseSha1: boolean;
  readonly verifySignature: VerifySignature;
}

/**
 * Says whether the parent may issue certificates and its key signed the child. Nothing else of RFC 5280 is asked:
 * validity, name constraints, path length, policies and unknown critical extensions are for browsers to judge.
 */
export function checkLink(judge: LinkJudge, link: Link): Refused | undefined {
  const { child, position, parent } = link;
  const about = (): ReturnType<typeof inChain> & { issuer: string } => ({
    ...inChain(position, child),
    issuer: formatName(child.issuer),
  });
  if (!parent.isCertificateAuthority) return refused({ code: 'issuer-not-a-ca', ...about() });
  if (!parent.maySignCertificates) return refused({ code: 'issuer-may-not-sign', ...about() });
  if (!equalBytes(child.signatureAlgorithm, child.tbsSignatureAlgorithm)) {
    return refused({ code: 'algorithms-differ', ...inChain(position, child) });
  }
  const read = readSignatureAlgorithm(child.signatureAlgorithm);
  if (read.kind === 'unsupported') {
    return refused({ code: 'signature-unsupported', ...about(), algorithm: read.oid });
  }
  if (judge.refuseSha1 && isOverSha1(read.algorithm))
    return refused({ code: 'sha1-refused', ...inChain(position, child) });
  const verdict = verdictOn(judge, link, read.algorithm);
  if (verdict === 'valid') return undefined;
  if (verdict === 'invalid') return refused({ code: 'signature-invalid', ...about() });
  return refused({ code: 'signature-unsupported', ...about(), algorithm: read.algorithm.scheme });
}

function isOverSha1(algorithm: SignatureAlgorithm): boolean {
  return algorithm.scheme !== 'ed25519' && algorithm.hash === 'sha1';
}

function verdictOn({ verifySignature }: LinkJudge, link: Link, algorithm: SignatureAlgorithm): SignatureVerdict {
  const { child, parent, childFingerprintHex } = link;
  // A signature is whole octets in every algorithm that is supported. Source: RFC 3279, 2.2; RFC 8410, 6.
  if (child.signatureBits[0] !== 0) return 'invalid';
  return verifySignature({
    algorithm,
    signed: child.tbs,
    signature: child.signatureBits.subarray(1),
    signerSpki: parent.certificate.spki,
    signerKeyHashHex: parent.keyHashHex,
    childFingerprintHex,
  });
}
