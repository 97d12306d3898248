import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { refuses } from '../../test/refuses.js';
import { concatBytes, fromHex, utf8 } from '../../tlog/bytes.js';
import { EMPTY_ROOT, nobleHasher } from '../../tlog/hash.js';
import { parseVerifierKey } from '../../tlog/note-key.js';
import { logIdOf, rfc6962KeyId } from '../../tlog/rfc6962.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { formatNote, parseNote, verifyNote } from '../../tlog/signed-note.js';
import { createRfc6962Signer } from './rfc6962-signer.js';

const ORIGIN = 'log.example/test';

function makeSigner(): ReturnType<typeof createRfc6962Signer> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createRfc6962Signer(ORIGIN, { type: 'p256', privateKey, spki });
}

const text = `${ORIGIN}\n300\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`;
const body = { size: treeSize(300), root: EMPTY_ROOT, timestamp: timestampMs(0x0102030405), text: utf8(text) };

describe('createRfc6962Signer()', () => {
  it('signs the 50 bytes of the tree head, as node:crypto verifies with the key of the verifier key', () => {
    const signer = makeSigner();
    const { signature } = signer.sign(body);
    const treeHead = concatBytes(fromHex('0001' + '0000000102030405' + '000000000000012c'), EMPTY_ROOT);
    const { key } = parseVerifierKey(signer.publicKey.verifierKey);
    const publicKey = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
    // u64 timestamp ‖ 04 03 ‖ u16 length ‖ DER signature.
    assert.deepEqual(signature.subarray(0, 10), fromHex('0000000102030405' + '0403'));
    assert.equal((signature[10] ?? 0) * 256 + (signature[11] ?? 0), signature.length - 12);
    assert.equal(verify('sha256', treeHead, publicKey, signature.subarray(12)), true);
  });

  it('has the key ID of the log', () => {
    const signer = makeSigner();
    const keyId = rfc6962KeyId(ORIGIN, logIdOf(nobleHasher, signer.publicKey.spki));
    assert.deepEqual([signer.verifier.keyId, signer.sign(body).keyId], [keyId, keyId]);
    assert.equal(parseVerifierKey(signer.publicKey.verifierKey).keyId, keyId);
  });

  it('signs notes that its verifier verifies, and no other', () => {
    const signer = makeSigner();
    const signature = signer.sign(body);
    assert.equal(verifyNote(parseNote(formatNote(text, [signature])), [signer.verifier]).length, 1);
    const other = text.replace('300', '301');
    refuses(
      'unverified',
      () => verifyNote(parseNote(formatNote(other, [signature])), [signer.verifier]),
      /a wrong one/,
    );
    const foreign = { ...makeSigner().sign(body), keyId: signature.keyId };
    refuses('unverified', () => verifyNote(parseNote(formatNote(text, [foreign])), [signer.verifier]), /a wrong one/);
  });

  it('knows when a signature was made', () => {
    const signer = makeSigner();
    assert.equal(signer.timestampOf(signer.sign(body)), body.timestamp);
  });

  it('covers the timestamp', () => {
    const signer = makeSigner();
    const { signature, ...rest } = signer.sign(body);
    const later = { ...rest, signature: signature.with(7, 0x06) };
    assert.equal(signer.timestampOf(later), body.timestamp + 1);
    refuses('unverified', () => verifyNote(parseNote(formatNote(text, [later])), [signer.verifier]));
  });

  it('refuses a signature of another form', () => {
    const signer = makeSigner();
    refuses('malformed', () => signer.timestampOf({ ...signer.sign(body), signature: fromHex('0000000102030405') }));
  });
});
