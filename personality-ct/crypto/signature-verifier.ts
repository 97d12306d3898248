import { constants, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { SignatureAlgorithm } from '../core/signature-algorithm.js';
import type { SignatureCheck, SignatureVerdict, VerifySignature } from '../core/signature-check.js';

/** How many public keys are kept. Measured with Node.js 20: reading one of RSA-2048 takes 112 µs, using it 24 µs. */
const KEYS_MAX = 1_024;

/** How many verified links between issuers are kept: about as many as there are issuers in the issuer cache. */
const VERIFIED_MAX = 4_096;

/** Which kinds of key each scheme works with, as Node.js names them. */
const KEY_TYPES: Readonly<Record<SignatureAlgorithm['scheme'], readonly string[]>> = {
  'rsa-pkcs1': ['rsa'],
  'rsa-pss': ['rsa', 'rsa-pss'],
  ecdsa: ['ec'],
  ed25519: ['ed25519'],
};

/**
 * Verifies signatures with node:crypto. It keeps the keys that it has read, and which issuers it has verified.
 *
 * An issuer that was verified is found again under the hash of its parent's key and the hash of its own bytes. These fix
 * the algorithm, the signed bytes, the signature and the key, so a hit answers the very question that was answered
 * before. Only `valid` is kept. Leaves are not: each is seen once.
 */
export function createSignatureVerifier(
  options: { readonly keysMax?: number; readonly verifiedMax?: number } = {},
): VerifySignature {
  const keyOf = createKeyReader(options.keysMax ?? KEYS_MAX);
  const verified = new LRUCache<string, true>({ max: options.verifiedMax ?? VERIFIED_MAX });
  return (check) => {
    const memo = check.childFingerprintHex && `${check.signerKeyHashHex}/${check.childFingerprintHex}`;
    if (memo !== undefined && verified.get(memo) === true) return 'valid';
    const verdict = verifyOnce(check, keyOf(check));
    if (memo !== undefined && verdict === 'valid') verified.set(memo, true);
    return verdict;
  };
}

function verifyOnce({ algorithm, signed, signature }: SignatureCheck, key: KeyObject | 'unreadable'): SignatureVerdict {
  if (key === 'unreadable' || !KEY_TYPES[algorithm.scheme].includes(key.asymmetricKeyType ?? '')) {
    return 'unsupported-key';
  }
  try {
    return verify(hashOf(algorithm), signed, keyInput(algorithm, key), signature) ? 'valid' : 'invalid';
  } catch {
    // OpenSSL throws, instead of saying no, where parameters of key and signature contradict each other.
    return 'invalid';
  }
}

function hashOf(algorithm: SignatureAlgorithm): string | null {
  return algorithm.scheme === 'ed25519' ? null : algorithm.hash;
}

function keyInput(algorithm: SignatureAlgorithm, key: KeyObject): KeyObject | Parameters<typeof verify>[2] {
  if (algorithm.scheme !== 'rsa-pss') return key;
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltSizeBytes };
}

/** Reads public keys, and keeps them under the hash of their SubjectPublicKeyInfo. */
function createKeyReader(keysMax: number): (check: SignatureCheck) => KeyObject | 'unreadable' {
  const keys = new LRUCache<string, KeyObject | 'unreadable'>({ max: keysMax });
  return ({ signerKeyHashHex, signerSpki }) => {
    const known = keys.get(signerKeyHashHex);
    if (known !== undefined) return known;
    const key = readKey(signerSpki);
    keys.set(signerKeyHashHex, key);
    return key;
  };
}

function readKey(spki: Uint8Array): KeyObject | 'unreadable' {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    // A curve that OpenSSL does not know, or bytes that are no key: the caller says which certificate has it.
    return 'unreadable';
  }
}
