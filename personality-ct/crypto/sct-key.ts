import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { Hasher, Sha256 } from '../../tlog/hash.js';
import { logIdOf } from '../../tlog/rfc6962.js';
import type { VerifyMessage } from '../core/sct.js';

/** The key with which a log signs its SCTs: ECDSA on P-256 over SHA-256. Source: RFC 6962, 2.1.4 */
export interface SctKey {
  /** The DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** SHA-256 of `spki`. */
  readonly logId: Sha256;
  /** The signature over a message: `SEQUENCE { r, s }` in DER. */
  readonly sign: (message: Uint8Array) => Uint8Array;
  readonly verify: VerifyMessage;
}

const HASH = 'sha256';

/** The SctKey of a private key. @throws TypeError if it is not on P-256 */
export function createSctKey(hasher: Hasher, privateKey: KeyObject): SctKey {
  const publicKey = createPublicKey(privateKey);
  checkCurve(publicKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return {
    spki,
    logId: logIdOf(hasher, spki),
    sign: (message) => sign(HASH, message, privateKey),
    verify: verifyWith(publicKey),
  };
}

/** Verifies what a log signed, for who has its public key alone. @throws TypeError if that is not on P-256 */
export function createSctVerifier(spki: Uint8Array): VerifyMessage {
  const publicKey = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  checkCurve(publicKey);
  return verifyWith(publicKey);
}

function verifyWith(publicKey: KeyObject): VerifyMessage {
  return (message, derSignature) => verify(HASH, message, publicKey, derSignature);
}

function checkCurve(publicKey: KeyObject): void {
  const curve = publicKey.asymmetricKeyDetails?.namedCurve;
  if (curve === 'prime256v1') return;
  throw new TypeError(
    `a log signs SCTs with a key on P-256, not ${curve ?? publicKey.asymmetricKeyType ?? 'this one'}`,
  );
}
