import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { concatBytes, fromHex, toHex } from './bytes.js';
import { ed25519Signer, ed25519Verifier } from './ed25519.js';

/** RFC 8032, 7.1, test 2. */
const SECRET_KEY = fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
const PUBLIC_KEY = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
const SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
  '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

const verifier = ed25519Verifier({ name: 'log', publicKey: PUBLIC_KEY });
const signer = ed25519Signer({ name: 'log', secretKey: SECRET_KEY });

describe('ed25519Signer() and ed25519Verifier()', () => {
  it('agree with the vector of RFC 8032', () => {
    const text = fromHex('72');
    assert.equal(toHex(signer.sign(text)), SIGNATURE);
    assert.equal(verifier.verify(text, fromHex(SIGNATURE)), true);
  });

  it('have the same name and ID', () => {
    assert.deepEqual([signer.name, signer.keyId], [verifier.name, verifier.keyId]);
  });

  it('agree with Node.js', () => {
    // The prefix of RFC 8410 makes a PKCS#8 key of the seed.
    const pkcs8 = concatBytes(fromHex('302e020100300506032b657004220420'), SECRET_KEY);
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
    assert.equal(createPublicKey(key).export({ format: 'jwk' }).x, Buffer.from(PUBLIC_KEY).toString('base64url'));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (text) => {
        assert.deepEqual(signer.sign(text), new Uint8Array(sign(null, text, key)));
      }),
      { numRuns: 20 },
    );
  });

  it('find every changed bit wrong', () => {
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const changed = fromHex(SIGNATURE);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(verifier.verify(fromHex('72'), changed), false);
      }),
      { numRuns: 30 },
    );
    assert.equal(verifier.verify(fromHex('73'), fromHex(SIGNATURE)), false);
  });

  it('refuse keys and signatures of another length', () => {
    refuses(
      'malformed',
      () => ed25519Verifier({ name: 'log', publicKey: new Uint8Array(33) }),
      'Ed25519 public key: got 33 bytes, want 32 bytes',
    );
    refuses(
      'malformed',
      () => ed25519Signer({ name: 'log', secretKey: new Uint8Array(64) }),
      'Ed25519 secret key: got 64 bytes, want 32 bytes',
    );
    refuses(
      'malformed',
      () => verifier.verify(fromHex('72'), new Uint8Array(63)),
      'Ed25519 signature: got 63 bytes, want 64 bytes',
    );
  });
});
