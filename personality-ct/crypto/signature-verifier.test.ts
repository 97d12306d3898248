import assert from 'node:assert/strict';
import fc from 'fast-check';
import { issueAuthority, issueRoot } from '../../test/certificates/issue.js';
import { signWith, testKey, usualSigning, type KeyKind, type SigningName } from '../../test/certificates/test-key.js';
import { utf8 } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { uncachedIssuers } from '../core/issuer.js';
import type { SignatureAlgorithm, SignatureHash } from '../core/signature-algorithm.js';
import type { SignatureCheck } from '../core/signature-check.js';
import { createSignatureVerifier } from './signature-verifier.js';

const read = uncachedIssuers(nobleHasher);
const root = issueRoot('root');
const parent = read(root.der);

/** The question whether the root signed this CA. */
function checkOf(der: Uint8Array): SignatureCheck {
  const { certificate, fingerprintHex } = read(der);
  return {
    algorithm: { scheme: 'ecdsa', hash: 'sha256' },
    signed: certificate.tbs,
    signature: certificate.signatureBits.subarray(1),
    signerSpki: parent.certificate.spki,
    signerKeyHashHex: parent.keyHashHex,
    childFingerprintHex: fingerprintHex,
  };
}

/** The question whether a key signed a message, about nobody's certificate. */
function checkWith(kind: KeyKind, signing: SigningName, algorithm: SignatureAlgorithm): SignatureCheck {
  const key = testKey(kind);
  const signed = utf8('message');
  return {
    algorithm,
    signed,
    signature: signWith(key, signing, signed),
    signerSpki: key.spki,
    signerKeyHashHex: kind,
    childFingerprintHex: undefined,
  };
}

describe('createSignatureVerifier()', () => {
  const verify = createSignatureVerifier();

  const hashes: readonly SignatureHash[] = ['sha1', 'sha256', 'sha384', 'sha512'];
  const kinds: readonly KeyKind[] = ['p256', 'p384', 'p521', 'rsa1024', 'rsa2048'];
  for (const kind of kinds) {
    it(`verifies with a key of ${kind} and every hash`, () => {
      for (const hash of hashes) {
        const scheme = kind.startsWith('rsa') ? 'rsa' : 'ecdsa';
        const algorithm = { scheme: scheme === 'rsa' ? 'rsa-pkcs1' : 'ecdsa', hash } as const;
        const check = checkWith(kind, `${scheme}-${hash}`, algorithm);
        assert.equal(verify(check), 'valid');
        assert.equal(verify({ ...check, signed: utf8('Message') }), 'invalid');
        const other: SignatureHash = hash === 'sha256' ? 'sha384' : 'sha256';
        assert.equal(verify({ ...check, algorithm: { ...algorithm, hash: other } }), 'invalid');
      }
    });
  }

  it('verifies RSASSA-PSS by its parameters', () => {
    for (const kind of ['rsa2048', 'rsa-pss2048'] as const) {
      const check = checkWith(kind, 'pss-sha256', { scheme: 'rsa-pss', hash: 'sha256', saltSizeBytes: 32 });
      assert.equal(verify(check), 'valid');
      assert.equal(
        verify({ ...check, algorithm: { scheme: 'rsa-pss', hash: 'sha256', saltSizeBytes: 20 } }),
        'invalid',
      );
      assert.equal(verify({ ...check, algorithm: { scheme: 'rsa-pss', hash: 'sha1', saltSizeBytes: 32 } }), 'invalid');
    }
  });

  it('verifies Ed25519', () => {
    const check = checkWith('ed25519', 'ed25519', { scheme: 'ed25519' });
    assert.equal(verify(check), 'valid');
    assert.equal(verify({ ...check, signed: utf8('Message') }), 'invalid');
  });

  it('says so when key and algorithm do not belong together, or the key is none', () => {
    const check = checkWith('p256', 'ecdsa-sha256', { scheme: 'ecdsa', hash: 'sha256' });
    const algorithms: readonly SignatureAlgorithm[] = [
      { scheme: 'rsa-pkcs1', hash: 'sha256' },
      { scheme: 'rsa-pss', hash: 'sha256', saltSizeBytes: 32 },
      { scheme: 'ed25519' },
    ];
    for (const algorithm of algorithms) assert.equal(verify({ ...check, algorithm }), 'unsupported-key');
    const noKey = { signerSpki: Uint8Array.of(0x30, 0x00), signerKeyHashHex: 'none' };
    for (let i = 0; i < 2; i++) assert.equal(verify({ ...check, ...noKey }), 'unsupported-key');
  });

  it('never fails, whatever signature and key are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...kinds, 'ed25519' as const), (bytes, kind) => {
        const signing = usualSigning(kind);
        const algorithm: SignatureAlgorithm =
          kind === 'ed25519'
            ? { scheme: 'ed25519' }
            : { scheme: kind.startsWith('rsa') ? 'rsa-pkcs1' : 'ecdsa', hash: 'sha256' };
        assert.equal(verify({ ...checkWith(kind, signing, algorithm), signature: bytes }), 'invalid');
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: root.key.spki.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
        const signerSpki = Uint8Array.from(root.key.spki);
        signerSpki[at] = octet;
        const signerKeyHashHex = Buffer.from(signerSpki).toString('hex');
        verify({ ...checkOf(root.der), signerSpki, signerKeyHashHex });
      }),
    );
  });
});

describe('what was verified', () => {
  const child = issueAuthority('child', root);
  const forged = issueAuthority('child', root, { signingKey: testKey('p256', 'forger') });

  it('is taken again without another verification', () => {
    const verify = createSignatureVerifier();
    const check = checkOf(child.der);
    assert.equal(verify(check), 'valid');
    // Bytes that could not verify show that nobody looked at them.
    assert.equal(verify({ ...check, signature: new Uint8Array() }), 'valid');
  });

  it('is kept for this child under this key alone', () => {
    const verify = createSignatureVerifier();
    const check = checkOf(child.der);
    assert.equal(verify(check), 'valid');
    assert.equal(verify(checkOf(forged.der)), 'invalid');
    const other = testKey('p256', 'other');
    const underOther = { signerSpki: other.spki, signerKeyHashHex: 'other' };
    assert.equal(verify({ ...check, ...underOther }), 'invalid');
  });

  it('is kept only if it verified', () => {
    const verify = createSignatureVerifier();
    const wrong = checkOf(forged.der);
    for (let i = 0; i < 3; i++) assert.equal(verify(wrong), 'invalid');
  });

  it('is not kept for a leaf', () => {
    const verify = createSignatureVerifier();
    const check = { ...checkOf(child.der), childFingerprintHex: undefined };
    assert.equal(verify(check), 'valid');
    assert.equal(verify({ ...check, signature: new Uint8Array() }), 'invalid');
  });

  it('is bounded', () => {
    const verify = createSignatureVerifier({ verifiedMax: 1, keysMax: 1 });
    const check = checkOf(child.der);
    assert.equal(verify(check), 'valid');
    assert.equal(verify(checkOf(issueAuthority('another', root).der)), 'valid');
    assert.equal(verify({ ...check, signature: new Uint8Array() }), 'invalid');
  });
});
