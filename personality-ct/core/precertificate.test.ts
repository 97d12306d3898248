import assert from 'node:assert/strict';
import fc from 'fast-check';
import { authorityKeyIdentifier, extension, extKeyUsage, poison, sequence } from '../../cli/certificate-writer.js';
import { issueAuthority, issueLeaf, issuePrecertificate, issueRoot, keyIdOf } from '../../test/certificates/issue.js';
import { concatBytes } from '../../tlog/bytes.js';
import { parseCertificate } from './certificate.js';
import { OID } from './object-identifiers.js';
import { finalTbs, poisonOf } from './precertificate.js';

const root = issueRoot('root');
const isCa = extension(OID.basicConstraints, sequence(Uint8Array.of(1, 1, 0xff)), true);

describe('poisonOf()', () => {
  const cases: readonly { desc: string; extensions: Uint8Array[]; kind: string; problem?: RegExp }[] = [
    { desc: 'absent where it is not there', extensions: [], kind: 'absent' },
    { desc: 'present where it is critical and NULL', extensions: [poison()], kind: 'present' },
    {
      desc: 'malformed where it is not critical',
      extensions: [extension(OID.poison, Uint8Array.of(5, 0))],
      kind: 'malformed',
      problem: /is not critical/,
    },
    ...[[], [5], [5, 0, 0], [4, 0], [5, 1]].map((value) => ({
      desc: `malformed where its value is [${value.join(' ')}]`,
      extensions: [extension(OID.poison, Uint8Array.from(value), true)],
      kind: 'malformed',
      problem: /another value than NULL/,
    })),
  ];
  for (const { desc, extensions, kind, problem } of cases) {
    it(`is ${desc}`, () => {
      const found = poisonOf(parseCertificate(issueLeaf('leaf', root, { extensions }).der));
      assert.equal(found.kind, kind);
      if (problem !== undefined) assert.match(found.kind === 'malformed' ? found.problem : '', problem);
    });
  }
});

describe('finalTbs()', () => {
  const tbsOf = (extensions: Uint8Array[]): Uint8Array => issueLeaf('leaf', root, { extensions }).tbs;

  it('is the TBSCertificate that was never poisoned, wherever the poison stood', () => {
    const anyExtension = fc
      .record({ value: fc.uint8Array({ maxLength: 300 }), critical: fc.boolean() })
      .map(({ value, critical }) => extension('1.2.3', value, critical));
    const extensions = fc.array(anyExtension, { maxLength: 8 });
    fc.assert(
      fc.property(extensions, extensions, (before, after) => {
        const poisoned = issueLeaf('leaf', root, { extensions: [...before, poison(), ...after] });
        assert.deepEqual(finalTbs(parseCertificate(poisoned.der), undefined), tbsOf([...before, ...after]));
      }),
    );
  });

  it('shortens length octets where the poison made them longer', () => {
    for (const size of [80, 100, 110, 120, 130, 200, 230, 250, 65_000, 65_400, 65_500, 65_536]) {
      const filling = extension('1.2.3', new Uint8Array(size));
      const { der } = issuePrecertificate('leaf', root, { extensions: [filling] });
      assert.deepEqual(finalTbs(parseCertificate(der), undefined), tbsOf([filling]), `${size}`);
    }
  });

  it('has no extensions at all if the poison was the only one', () => {
    const { der, key } = issuePrecertificate('leaf', root, { extensions: [] });
    const tbs = finalTbs(parseCertificate(der), undefined);
    assert.deepEqual(tbs, tbsOf([]));
    assert.deepEqual(tbs.subarray(-key.spki.length), key.spki);
  });

  describe('under a precertificate signing certificate', () => {
    const other = extension('1.2.3', Uint8Array.of(1));
    const usage = extKeyUsage(OID.precertificateSigning);
    const signerKeyId = authorityKeyIdentifier(keyIdOf(root.key));
    const signer = issueAuthority('signer', root, { extensions: [isCa, usage, signerKeyId] });
    const signerWithout = issueAuthority('signer', root, { extensions: [isCa, usage] });
    const ownKeyId = authorityKeyIdentifier(keyIdOf(signer.key));
    const under = (issuer: typeof signer, extensions: Uint8Array[]): Uint8Array => {
      const precertificate = parseCertificate(issuePrecertificate('leaf', issuer, { extensions }).der);
      return finalTbs(precertificate, parseCertificate(issuer.der));
    };

    it('has the issuer and the authority key identifier of that one', () => {
      assert.deepEqual(under(signer, [ownKeyId, other]), tbsOf([signerKeyId, other]));
    });

    it('keeps whether the authority key identifier is critical', () => {
      const critical = extension(OID.authorityKeyIdentifier, sequence(), true);
      const value = sequence(concatBytes(Uint8Array.of(0x80, 20), keyIdOf(root.key)));
      assert.deepEqual(under(signer, [critical]), tbsOf([extension(OID.authorityKeyIdentifier, value, true)]));
    });

    it('gets an authority key identifier at the end if it had none', () => {
      assert.deepEqual(under(signer, [other]), tbsOf([other, signerKeyId]));
      assert.deepEqual(under(signer, []), tbsOf([signerKeyId]));
    });

    it('loses its authority key identifier if that one has none', () => {
      assert.deepEqual(under(signerWithout, [ownKeyId, other]), tbsOf([other]));
      assert.deepEqual(under(signerWithout, [ownKeyId]), tbsOf([]));
    });

    it('has the new issuer also where that is longer', () => {
      const longRoot = issueRoot('r'.repeat(300));
      const shortSigner = issueAuthority('s', longRoot, { extensions: [isCa, usage] });
      const wanted = issueLeaf('leaf', longRoot, { extensions: [other] }).tbs;
      assert.deepEqual(
        finalTbs(
          parseCertificate(issuePrecertificate('leaf', shortSigner, { extensions: [other] }).der),
          parseCertificate(shortSigner.der),
        ),
        wanted,
      );
    });
  });
});
