import { createPublicKey, sign, verify } from 'node:crypto';
import type { PrivateKey } from '../../service/key-file.js';
import {
  decodeRfc6962NoteSignature,
  encodeRfc6962NoteSignature,
  rfc6962Verifier,
  rfc6962VerifierKey,
  treeHeadBytes,
} from '../../tlog/rfc6962.js';
import type { CheckpointSigner } from '../ports/checkpoint-signer.js';

/** Signs checkpoints as RFC 6962 tree heads (note signature type 0x05). @param key a P-256 key. */
export function createRfc6962Signer(origin: string, { privateKey, spki }: PrivateKey): CheckpointSigner {
  const publicKey = createPublicKey(privateKey);
  const verifier = rfc6962Verifier({
    origin,
    spki,
    verify: (message, derSignature) => verify('sha256', message, publicKey, derSignature),
  });
  return {
    publicKey: { verifierKey: rfc6962VerifierKey({ origin, spki }), spki },
    verifier,
    timestampOf: ({ signature }) => decodeRfc6962NoteSignature(signature).timestamp,
    sign({ timestamp, size, root }) {
      const derSignature = sign('sha256', treeHeadBytes({ timestamp, size, root }), privateKey);
      const signature = encodeRfc6962NoteSignature({ timestamp, derSignature });
      return { name: verifier.name, keyId: verifier.keyId, signature };
    },
  };
}
