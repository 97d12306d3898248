import assert from 'node:assert/strict';
import {
  authorityKeyIdentifier,
  extension,
  extKeyUsage,
  sequence,
  subjectKeyIdentifier,
} from '../../cli/certificate-writer.js';
import { issueRoot, type Oddities } from '../../test/certificates/issue.js';
import { fromHex } from '../../tlog/bytes.js';
import { parseCertificate, type Certificate } from './certificate.js';
import {
  authorityKeyIdOf,
  extKeyUsagesOf,
  isCertificateAuthority,
  isPrecertificateSigner,
  maySignCertificates,
  subjectKeyIdOf,
} from './constraints.js';
import { OID } from './object-identifiers.js';

function certificateWith(oddities: Oddities): Certificate {
  return parseCertificate(issueRoot('authority', oddities).der);
}

function withExtension(dotted: string, hex: string): Certificate {
  return certificateWith({ extensions: [extension(dotted, fromHex(hex))] });
}

describe('isCertificateAuthority()', () => {
  const cases: readonly { desc: string; certificate: () => Certificate; is: boolean }[] = [
    { desc: 'v3 that says so', certificate: () => withExtension(OID.basicConstraints, '30030101ff'), is: true },
    {
      desc: 'v3 with a path length',
      certificate: () => withExtension(OID.basicConstraints, '30060101ff020100'),
      is: true,
    },
    { desc: 'v3 that says nothing', certificate: () => certificateWith({ extensions: [] }), is: false },
    { desc: 'v3 that is none by default', certificate: () => withExtension(OID.basicConstraints, '3000'), is: false },
    { desc: 'v3 that denies it', certificate: () => withExtension(OID.basicConstraints, '3003010100'), is: false },
    {
      desc: 'v3 with a path length alone',
      certificate: () => withExtension(OID.basicConstraints, '3003020100'),
      is: false,
    },
    { desc: 'v3 with something unreadable', certificate: () => withExtension(OID.basicConstraints, 'ff'), is: false },
    { desc: 'v1, which cannot say it', certificate: () => certificateWith({ version: 1, extensions: [] }), is: true },
  ];
  for (const { desc, certificate, is } of cases) {
    it(`is ${is} for ${desc}`, () => assert.equal(isCertificateAuthority(certificate()), is));
  }
});

describe('maySignCertificates()', () => {
  const cases: readonly { desc: string; hex: string | undefined; may: boolean }[] = [
    { desc: 'no keyUsage', hex: undefined, may: true },
    { desc: 'keyCertSign and cRLSign', hex: '03020106', may: true },
    { desc: 'keyCertSign with nine bits', hex: '0303070480', may: true },
    { desc: 'digitalSignature', hex: '03020780', may: false },
    { desc: 'no bits', hex: '030100', may: false },
    { desc: 'something unreadable', hex: '0400', may: false },
  ];
  for (const { desc, hex, may } of cases) {
    it(`is ${may} for ${desc}`, () => {
      const certificate = hex === undefined ? certificateWith({ extensions: [] }) : withExtension(OID.keyUsage, hex);
      assert.equal(maySignCertificates(certificate), may);
    });
  }
});

describe('extKeyUsagesOf()', () => {
  it('lists them, and none where there are none', () => {
    const usages = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];
    assert.deepEqual(extKeyUsagesOf(certificateWith({ extensions: [extKeyUsage(...usages)] })), usages);
    assert.deepEqual(extKeyUsagesOf(certificateWith({ extensions: [] })), []);
    assert.deepEqual(extKeyUsagesOf(withExtension(OID.extKeyUsage, '30ff')), []);
  });
});

describe('isPrecertificateSigner()', () => {
  const authority = extension(OID.basicConstraints, fromHex('30030101ff'));

  it('is a CA with that extended key usage', () => {
    const usage = extKeyUsage(OID.precertificateSigning);
    assert.equal(isPrecertificateSigner(certificateWith({ extensions: [authority, usage] })), true);
    assert.equal(isPrecertificateSigner(certificateWith({ extensions: [usage] })), false);
    assert.equal(isPrecertificateSigner(certificateWith({ extensions: [authority] })), false);
  });

  it('is also a CA with an extension of that identifier', () => {
    const marked = extension(OID.precertificateSigning, new Uint8Array());
    assert.equal(isPrecertificateSigner(certificateWith({ extensions: [authority, marked] })), true);
  });
});

describe('key identifiers', () => {
  const keyId = Uint8Array.of(1, 2, 3);

  it('are read where they are', () => {
    const certificate = certificateWith({ extensions: [subjectKeyIdentifier(keyId), authorityKeyIdentifier(keyId)] });
    assert.deepEqual(subjectKeyIdOf(certificate), keyId);
    assert.deepEqual(authorityKeyIdOf(certificate), keyId);
  });

  it('are unknown where they are missing, empty or unreadable', () => {
    const none = certificateWith({ extensions: [] });
    assert.deepEqual([subjectKeyIdOf(none), authorityKeyIdOf(none)], [undefined, undefined]);
    const empty = certificateWith({ extensions: [extension(OID.authorityKeyIdentifier, sequence())] });
    assert.equal(authorityKeyIdOf(empty), undefined);
    assert.equal(subjectKeyIdOf(withExtension(OID.subjectKeyIdentifier, '0405')), undefined);
  });
});
