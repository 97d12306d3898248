import { createPublicKey, sign, verify } from 'node:crypto';
import type { PrivateKey } from '../../service/key-file.js';
import { formatVerifierKey, noteKeyId, SIGNATURE_TYPE_ED25519 } from '../../tlog/note-key.js';
import type { CheckpointSigner } from '../ports/checkpoint-signer.js';

/** Bytes of an Ed25519 public key, the last of its SubjectPublicKeyInfo. Source: RFC 8410. */
const PUBLIC_KEY_SIZE_BYTES = 32;

/** Signs the text of checkpoints (note signature type 0x01). @param key an Ed25519 key. */
export function createEd25519Signer(origin: string, { privateKey, spki }: PrivateKey): CheckpointSigner {
  const key = spki.subarray(-PUBLIC_KEY_SIZE_BYTES);
  const publicKey = createPublicKey(privateKey);
  const keyId = noteKeyId(origin, SIGNATURE_TYPE_ED25519, key);
  return {
    publicKey: { verifierKey: formatVerifierKey({ name: origin, type: SIGNATURE_TYPE_ED25519, key }), spki },
    verifier: { name: origin, keyId, verify: (text, signature) => verify(null, text, publicKey, signature) },
    timestampOf: () => undefined,
    sign: ({ text }) => ({ name: origin, keyId, signature: sign(null, text, privateKey) }),
  };
}
