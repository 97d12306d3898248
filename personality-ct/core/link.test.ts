import assert from 'node:assert/strict';
import { authorityExtensions, extension, sequence } from '../../cli/certificate-writer.js';
import { issueAuthority, issueLeaf, issueRoot } from '../../test/certificates/issue.js';
import { accepted, refusedBy, type HasDer, type TestLog } from '../../test/certificates/judging.js';
import { signatureAlgorithm, testKey } from '../../test/certificates/test-key.js';
import { fromHex } from '../../tlog/bytes.js';
import { OID } from './object-identifiers.js';
import type { RefusalCode } from './refusal.js';

const root = issueRoot('root');
const intermediate = issueAuthority('intermediate', root);
const otherRoot = issueRoot('other root');
const log: TestLog = { roots: [root] };

function refusal(to: TestLog, chain: readonly HasDer[], code: RefusalCode, message?: RegExp): void {
  const refused = refusedBy(to, 'add-chain', chain);
  assert.equal(refused.code, code, refused.message);
  if (message !== undefined) assert.match(refused.message, message);
}

describe('a link that does not hold', () => {
  const under = (name: string, extensions: Uint8Array[]): HasDer[] => {
    const odd = issueAuthority(name, root, { extensions });
    return [issueLeaf('leaf', odd), odd];
  };

  it('has a parent that is no CA', () => {
    refusal(
      log,
      under('end entity', []),
      'issuer-not-a-ca',
      /chain\[0\].*CN=end entity, whose basicConstraints do not/,
    );
    const denied = extension(OID.basicConstraints, sequence(), true);
    refusal(log, under('end entity', [denied]), 'issuer-not-a-ca');
    const oddRoot = issueRoot('odd root', { extensions: [] });
    refusal({ roots: [oddRoot] }, [issueLeaf('leaf', oddRoot)], 'issuer-not-a-ca', /chain\[0\].*CN=odd root/);
  });

  it('has a parent whose keyUsage does not include keyCertSign', () => {
    const [isCa = new Uint8Array()] = authorityExtensions();
    const digitalSignature = extension(OID.keyUsage, fromHex('03020780'), true);
    refusal(log, under('no signer', [isCa, digitalSignature]), 'issuer-may-not-sign', /CN=no signer, whose keyUsage/);
  });

  it('has a signature of another key', () => {
    const forged = issueLeaf('leaf', intermediate, { signingKey: otherRoot.key });
    refusal(log, [forged, intermediate], 'signature-invalid', /chain\[0\].*\(CN=intermediate\) did not make/);
    const impostor = issueAuthority('intermediate', undefined, { issuerName: root.name, key: testKey('p256', 'evil') });
    refusal(log, [issueLeaf('leaf', impostor), impostor], 'signature-invalid', /chain\[1\].*\(CN=root\) did not make/);
  });

  it('names two signature algorithms', () => {
    const twofold = issueLeaf('leaf', root, { tbsSignatureAlgorithm: signatureAlgorithm('ecdsa-sha384') });
    refusal(log, [twofold], 'algorithms-differ', /chain\[0\] \(CN=leaf\) names one/);
  });

  it('is signed with MD5, or with something that nobody knows', () => {
    const rsaRoot = issueRoot('rsa root', { key: testKey('rsa2048') });
    const md5 = issueLeaf('leaf', rsaRoot, { signatureAlgorithm: signatureAlgorithm('rsa-md5') });
    refusal({ roots: [rsaRoot] }, [md5], 'signature-unsupported', /with 1\.2\.840\.113549\.1\.1\.4/);
    const unknown = issueLeaf('leaf', root, { signatureAlgorithm: sequence(fromHex('06032a0304')) });
    refusal(log, [unknown], 'signature-unsupported', /with 1\.2\.3\.4/);
  });

  it('is signed by a key that cannot be read', () => {
    const odd = issueAuthority('odd', root, { spki: sequence(sequence(fromHex('06032a0304')), fromHex('030200ff')) });
    refusal(log, [issueLeaf('leaf', odd), odd], 'signature-unsupported', /signed by CN=odd with ecdsa/);
  });

  it('is over SHA-1, where a rule refuses that', () => {
    const sha1 = issueAuthority('sha1', root, { signing: 'ecdsa-sha1' });
    const chain = [issueLeaf('leaf', sha1), sha1];
    accepted(log, 'add-chain', chain);
    refusal({ ...log, rules: { refuseSha1: true } }, chain, 'sha1-refused', /chain\[1\] \(CN=sha1\)/);
  });

  it('may be the signature of the root, at which nobody looks', () => {
    const key = testKey('rsa2048');
    const oldRoot = issueRoot('old root', { key, signatureAlgorithm: signatureAlgorithm('rsa-md5') });
    accepted({ roots: [oldRoot], rules: { refuseSha1: true } }, 'add-chain', [issueLeaf('leaf', oldRoot), oldRoot]);
  });
});

describe('every way to sign', () => {
  const ways = [
    ['rsa2048', 'rsa-sha1'],
    ['rsa2048', 'rsa-sha1-oiw'],
    ['rsa2048', 'rsa-sha256'],
    ['rsa2048', 'rsa-sha384'],
    ['rsa2048', 'rsa-sha512'],
    ['rsa1024', 'rsa-sha1'],
    ['rsa1024', 'rsa-sha256'],
    ['rsa2048', 'pss-sha1'],
    ['rsa2048', 'pss-sha256'],
    ['rsa2048', 'pss-sha384'],
    ['rsa-pss2048', 'pss-sha512'],
    ['p256', 'ecdsa-sha1'],
    ['p256', 'ecdsa-sha256'],
    ['p256', 'ecdsa-sha512'],
    ['p384', 'ecdsa-sha384'],
    ['p521', 'ecdsa-sha512'],
    ['secp256k1', 'ecdsa-sha256'],
    ['ed25519', 'ed25519'],
  ] as const;
  for (const [kind, signing] of ways) {
    it(`takes ${signing} with a key of ${kind}, and nothing that was changed`, () => {
      const someRoot = issueRoot(`root of ${kind}`, {
        key: testKey(kind),
        signing: signing === 'rsa-sha1-oiw' ? 'rsa-sha1' : signing,
      });
      const some = issueLeaf('leaf', someRoot, { signing });
      accepted({ roots: [someRoot] }, 'add-chain', [some]);
      const changed = Uint8Array.from(some.der);
      const inSubject = Buffer.from(changed).lastIndexOf('leaf');
      changed[inSubject] = 0x4c;
      assert.equal(refusedBy({ roots: [someRoot] }, 'add-chain', [changed]).code, 'signature-invalid');
    });
  }
});
