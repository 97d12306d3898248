import { getPublicKey, hashes, sign, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { TlogError } from './error.js';
import { noteKeyId, SIGNATURE_TYPE_ED25519 } from './note-key.js';
import type { NoteSigner, NoteVerifier } from './signed-note.js';

/** The size of a public key and of the seed of a secret key, in bytes. Source: RFC 8032, 5.1.5. */
const KEY_SIZE_BYTES = 32;

/** Source: RFC 8032, 5.1.6. */
const SIGNATURE_SIZE_BYTES = 64;

// The library leaves the choice of a synchronous SHA-512 to its user.
hashes.sha512 = sha512;

/** Verifies Ed25519 signatures over the text of a note. @throws TlogError malformed. Source: c2sp.org/signed-note, type 0x01 */
export function ed25519Verifier(key: { readonly name: string; readonly publicKey: Uint8Array }): NoteVerifier {
  const { name, publicKey } = key;
  checkLength('Ed25519 public key', publicKey, KEY_SIZE_BYTES);
  return {
    name,
    keyId: noteKeyId(name, SIGNATURE_TYPE_ED25519, publicKey),
    verify(text, signature) {
      checkLength('Ed25519 signature', signature, SIGNATURE_SIZE_BYTES);
      // Not the laxer rules of ZIP 215: what other implementations might refuse is refused here.
      return verify(signature, text, publicKey, { zip215: false });
    },
  };
}

/** Signs the text of a note. `secretKey`: the seed of 32 bytes. @throws TlogError malformed. Source: c2sp.org/signed-note, type 0x01 */
export function ed25519Signer(key: { readonly name: string; readonly secretKey: Uint8Array }): NoteSigner {
  const { name, secretKey } = key;
  checkLength('Ed25519 secret key', secretKey, KEY_SIZE_BYTES);
  return {
    name,
    keyId: noteKeyId(name, SIGNATURE_TYPE_ED25519, getPublicKey(secretKey)),
    sign: (text) => sign(text, secretKey),
  };
}

function checkLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length === length) return;
  const want = `${length} bytes`;
  throw new TlogError({ code: 'malformed', what, got: `${bytes.length} bytes`, want });
}
