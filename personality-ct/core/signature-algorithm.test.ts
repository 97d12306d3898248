import assert from 'node:assert/strict';
import fc from 'fast-check';
import { algorithmIdentifier, sequence } from '../../cli/certificate-writer.js';
import { pssAlgorithm, signatureAlgorithm, type SigningName } from '../../test/certificates/test-key.js';
import { fromHex } from '../../tlog/bytes.js';
import { CtError } from './error.js';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.js';

describe('readSignatureAlgorithm()', () => {
  const supported: readonly { name: SigningName; algorithm: SignatureAlgorithm }[] = [
    { name: 'rsa-sha1', algorithm: { scheme: 'rsa-pkcs1', hash: 'sha1' } },
    { name: 'rsa-sha1-oiw', algorithm: { scheme: 'rsa-pkcs1', hash: 'sha1' } },
    { name: 'rsa-sha256', algorithm: { scheme: 'rsa-pkcs1', hash: 'sha256' } },
    { name: 'rsa-sha384', algorithm: { scheme: 'rsa-pkcs1', hash: 'sha384' } },
    { name: 'rsa-sha512', algorithm: { scheme: 'rsa-pkcs1', hash: 'sha512' } },
    { name: 'ecdsa-sha1', algorithm: { scheme: 'ecdsa', hash: 'sha1' } },
    { name: 'ecdsa-sha256', algorithm: { scheme: 'ecdsa', hash: 'sha256' } },
    { name: 'ecdsa-sha384', algorithm: { scheme: 'ecdsa', hash: 'sha384' } },
    { name: 'ecdsa-sha512', algorithm: { scheme: 'ecdsa', hash: 'sha512' } },
    { name: 'ed25519', algorithm: { scheme: 'ed25519' } },
    { name: 'pss-sha1', algorithm: { scheme: 'rsa-pss', hash: 'sha1', saltSizeBytes: 32 } },
    { name: 'pss-sha512', algorithm: { scheme: 'rsa-pss', hash: 'sha512', saltSizeBytes: 32 } },
  ];
  for (const { name, algorithm } of supported) {
    it(`reads ${name}`, () =>
      assert.deepEqual(readSignatureAlgorithm(signatureAlgorithm(name)), { kind: 'supported', algorithm }));
  }

  it('does not mind whether RSA has its NULL', () => {
    const bare = algorithmIdentifier('1.2.840.113549.1.1.11');
    assert.deepEqual(readSignatureAlgorithm(bare), readSignatureAlgorithm(signatureAlgorithm('rsa-sha256')));
  });

  it('fills in the defaults of RSASSA-PSS, which are SHA-1 and a salt of 20 bytes', () => {
    assert.deepEqual(readSignatureAlgorithm(algorithmIdentifier('1.2.840.113549.1.1.10', sequence())), {
      kind: 'supported',
      algorithm: { scheme: 'rsa-pss', hash: 'sha1', saltSizeBytes: 20 },
    });
  });

  const PSS = '1.2.840.113549.1.1.10';
  const unsupported: readonly { desc: string; identifier: Uint8Array; oid: string }[] = [
    { desc: 'MD5', identifier: signatureAlgorithm('rsa-md5'), oid: '1.2.840.113549.1.1.4' },
    { desc: 'MD2', identifier: algorithmIdentifier('1.2.840.113549.1.1.2'), oid: '1.2.840.113549.1.1.2' },
    { desc: 'no identifier', identifier: sequence(), oid: '#' },
    { desc: 'RSASSA-PSS without parameters', identifier: algorithmIdentifier(PSS), oid: PSS },
    { desc: 'RSASSA-PSS with a mask over another hash', identifier: pssAlgorithm('sha256', 'sha1'), oid: PSS },
    { desc: 'RSASSA-PSS with a hash that nobody knows', identifier: pssAlgorithm('none'), oid: PSS },
    { desc: 'RSASSA-PSS with a negative salt', identifier: pssAlgorithm('sha256', 'sha256', 0xff), oid: PSS },
    {
      desc: 'RSASSA-PSS with another trailer',
      identifier: algorithmIdentifier(PSS, sequence(fromHex('a303020102'))),
      oid: PSS,
    },
    {
      desc: 'RSASSA-PSS with parameters that are none',
      identifier: algorithmIdentifier(PSS, fromHex('a0023005')),
      oid: PSS,
    },
  ];
  for (const { desc, identifier, oid } of unsupported) {
    it(`does not support ${desc}`, () =>
      assert.deepEqual(readSignatureAlgorithm(identifier), { kind: 'unsupported', oid }));
  }

  it('fails only with a CtError, whatever the parameters of RSASSA-PSS are', () => {
    const identifier = pssAlgorithm('sha256');
    fc.assert(
      fc.property(fc.nat({ max: identifier.length - 1 }), fc.nat({ max: 255 }), (at, octet) => {
        const changed = Uint8Array.from(identifier);
        changed[at] = octet;
        try {
          readSignatureAlgorithm(changed);
        } catch (error) {
          assert.ok(error instanceof CtError);
        }
      }),
    );
  });
});
