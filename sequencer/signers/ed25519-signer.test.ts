import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { toHex, utf8 } from '../../tlog/bytes.js';
import { ed25519Verifier } from '../../tlog/ed25519.js';
import { EMPTY_ROOT } from '../../tlog/hash.js';
import { parseVerifierKey } from '../../tlog/note-key.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { formatNote, parseNote, verifyNote } from '../../tlog/signed-note.js';
import { createEd25519Signer } from './ed25519-signer.js';

const ORIGIN = 'log.example/test';

function makeSigner(): { signer: ReturnType<typeof createEd25519Signer>; rawKey: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const rawKey = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return { signer: createEd25519Signer(ORIGIN, { type: 'ed25519', privateKey, spki }), rawKey };
}

const text = `${ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`;
const body = { size: treeSize(0), root: EMPTY_ROOT, timestamp: timestampMs(1_000), text: utf8(text) };

describe('createEd25519Signer()', () => {
  it('signs notes that another implementation verifies with the verifier key', () => {
    const { signer, rawKey } = makeSigner();
    const key = parseVerifierKey(signer.publicKey.verifierKey);
    assert.deepEqual(
      { name: key.name, type: key.type, key: toHex(key.key) },
      { name: ORIGIN, type: 1, key: toHex(rawKey) },
    );
    const noble = ed25519Verifier({ name: key.name, publicKey: key.key });
    const signature = signer.sign(body);
    assert.deepEqual(verifyNote(parseNote(formatNote(text, [signature])), [noble]).length, 1);
    assert.deepEqual(verifyNote(parseNote(formatNote(text, [signature])), [signer.verifier]).length, 1);
  });

  it('verifies no other text, no other key and no signature of another length', () => {
    const { signer } = makeSigner();
    const { signature } = signer.sign(body);
    assert.equal(signer.verifier.verify(body.text, signature), true);
    assert.equal(signer.verifier.verify(utf8(`${text}\n`), signature), false);
    assert.equal(makeSigner().signer.verifier.verify(body.text, signature), false);
    for (const length of [0, 63]) assert.equal(signer.verifier.verify(body.text, signature.subarray(0, length)), false);
  });

  it('does not know when a signature was made', () => {
    const { signer } = makeSigner();
    assert.equal(signer.timestampOf(signer.sign(body)), undefined);
  });
});
