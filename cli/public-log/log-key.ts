import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSctVerifier } from '../../personality-ct/crypto/sct-key.js';
import { fromBase64 } from '../../tlog/bytes.js';
import { ed25519Verifier } from '../../tlog/ed25519.js';
import {
  checkKeyId,
  parseVerifierKey,
  SIGNATURE_TYPE_ED25519,
  SIGNATURE_TYPE_RFC6962,
  type VerifierKey,
} from '../../tlog/note-key.js';
import { rfc6962Verifier } from '../../tlog/rfc6962.js';
import type { NoteVerifier } from '../../tlog/signed-note.js';
import { CannotLookError } from './public-objects.js';

/** A key that verifies the checkpoints of a log. */
export interface LogKey {
  readonly verifier: NoteVerifier;
  /** Whether its signatures say when they were made: those of RFC 6962 do. */
  readonly isTimestamped: boolean;
}

/** The key of `origin+ID+base64`, the origin being the name in it. @throws CannotLookError saying what is wrong with it. */
export function keyFromVerifierKey(verifierKey: string): LogKey {
  try {
    const parsed = parseVerifierKey(verifierKey);
    const key = keyOfType(parsed);
    checkKeyId(parsed, key.verifier.keyId);
    return key;
  } catch (error) {
    throw cannotUse(`The verifier key '${verifierKey}'`, error);
  }
}

/** The key of a DER SubjectPublicKeyInfo: P-256 or Ed25519. @throws CannotLookError saying what is wrong with it. */
export function keyFromSpki(spki: Uint8Array, origin: string): LogKey {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return ed25519Key(origin, rawEd25519(key));
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return rfc6962Key(origin, spki);
    throw new Error(`it is of type ${String(key.asymmetricKeyType)}, and a log has a P-256 or an Ed25519 key`);
  } catch (error) {
    throw cannotUse('The public key', error);
  }
}

/**
 * The DER of a public key as a flag gives it: base64, or the name of a PEM file.
 *
 * @param cwd what a relative name starts from. @throws CannotLookError
 */
export function readSpki(given: string, cwd: string): Uint8Array {
  try {
    return fromBase64(given);
  } catch {
    return spkiFromFile(resolve(cwd, given));
  }
}

function spkiFromFile(file: string): Uint8Array {
  try {
    return createPublicKey(readFileSync(file)).export({ type: 'spki', format: 'der' });
  } catch (error) {
    throw cannotUse(`The public key '${file}' is neither base64 of DER nor a PEM file, and`, error);
  }
}

function keyOfType({ name, type, key }: VerifierKey): LogKey {
  if (type === SIGNATURE_TYPE_ED25519) return ed25519Key(name, key);
  if (type === SIGNATURE_TYPE_RFC6962) return rfc6962Key(name, key);
  throw new Error(`it is of signature type ${type}, and 1 (Ed25519) and 5 (RFC 6962) are known`);
}

function ed25519Key(name: string, publicKey: Uint8Array): LogKey {
  return { verifier: ed25519Verifier({ name, publicKey }), isTimestamped: false };
}

function rfc6962Key(origin: string, spki: Uint8Array): LogKey {
  return { verifier: rfc6962Verifier({ origin, spki, verify: createSctVerifier(spki) }), isTimestamped: true };
}

function rawEd25519(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function cannotUse(what: string, error: unknown): CannotLookError {
  return new CannotLookError(`${what} cannot be used: ${(error as Error).message}`, { cause: error });
}
