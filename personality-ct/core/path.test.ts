import assert from 'node:assert/strict';
import { authorityExtensions, extension, extKeyUsage, sequence } from '../../cli/certificate-writer.js';
import {
  issueAuthority,
  issueLeaf,
  issuePrecertificate,
  issueRoot,
  type TestCertificate,
} from '../../test/certificates/issue.js';
import { accepted, refusedBy, type HasDer, type TestLog } from '../../test/certificates/judging.js';
import { testKey } from '../../test/certificates/test-key.js';
import { fromHex } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { OID } from './object-identifiers.js';
import type { RefusalCode } from './refusal.js';
import type { SignatureCheck } from './signature-check.js';

const root = issueRoot('root');
const intermediate = issueAuthority('intermediate', root);
const below = issueAuthority('below', intermediate);
const leaf = issueLeaf('leaf', intermediate);
const deepLeaf = issueLeaf('deep', below);
const otherRoot = issueRoot('other root');
const unrelated = issueAuthority('unrelated', otherRoot);
const log: TestLog = { roots: [root] };

/** The subjects of the path that was found, without the leaf. */
function pathOf(to: TestLog, chain: readonly HasDer[]): Uint8Array[] {
  return accepted(to, 'add-chain', chain).issuers.map(({ der }) => der);
}

function ders(...certificates: TestCertificate[]): Uint8Array[] {
  return certificates.map(({ der }) => der);
}

function contains(whole: Uint8Array, part: Uint8Array): boolean {
  return Buffer.from(whole).includes(Buffer.from(part));
}

function refusal(to: TestLog, chain: readonly HasDer[], code: RefusalCode, message?: RegExp): void {
  const refused = refusedBy(to, 'add-chain', chain);
  assert.equal(refused.code, code, refused.message);
  if (message !== undefined) assert.match(refused.message, message);
}

describe('a chain that is a path', () => {
  it('ends with the root, whether that was submitted or not', () => {
    assert.deepEqual(pathOf(log, [leaf, intermediate, root]), ders(intermediate, root));
    assert.deepEqual(pathOf(log, [leaf, intermediate]), ders(intermediate, root));
  });

  it('may be of any length from two on', () => {
    const direct = issueLeaf('direct', root);
    assert.deepEqual(pathOf(log, [direct, root]), ders(root));
    assert.deepEqual(pathOf(log, [direct]), ders(root));
    assert.deepEqual(pathOf(log, [deepLeaf, below, intermediate, root]), ders(below, intermediate, root));
    assert.deepEqual(pathOf(log, [deepLeaf, below, intermediate]), ders(below, intermediate, root));
  });

  it('is the root alone where the leaf is one', () => {
    assert.deepEqual(pathOf(log, [root]), []);
  });

  it('is taken however long ago everything in it expired', () => {
    const longAgo = { notBefore: new Date('1999-01-01T00:00:00Z'), notAfter: new Date('2000-01-01T00:00:00Z') };
    const oldRoot = issueRoot('old root', longAgo);
    const old = issueAuthority('old', oldRoot, longAgo);
    accepted({ roots: [oldRoot] }, 'add-chain', [issueLeaf('late', old), old]);
    accepted({ roots: [oldRoot] }, 'add-chain', [issueLeaf('old leaf', old, longAgo), old]);
  });

  const constraints: readonly { desc: string; extensions: Uint8Array[] }[] = [
    { desc: 'policy constraints', extensions: [extension('2.5.29.36', fromHex('3003800100'), true)] },
    {
      desc: 'name constraints that its leaf violates',
      extensions: [extension('2.5.29.30', fromHex('300ea00c300a82086578616d706c652e'), true)],
    },
    { desc: 'a critical extension that nobody knows', extensions: [extension('1.2.3', fromHex('0500'), true)] },
    { desc: 'extended key usages that its leaf exceeds', extensions: [extKeyUsage('1.3.6.1.5.5.7.3.4')] },
  ];
  for (const { desc, extensions } of constraints) {
    it(`is taken although a CA has ${desc}`, () => {
      const odd = issueAuthority('odd', root, { extensions: [...authorityExtensions(), ...extensions] });
      accepted(log, 'add-chain', [issueLeaf('leaf', odd, { extensions: [extKeyUsage('1.3.6.1.5.5.7.3.1')] }), odd]);
    });
  }

  it('is taken although it is longer than a path length allows', () => {
    const short = extension(OID.basicConstraints, fromHex('30060101ff020100'), true);
    const odd = issueAuthority('odd', root, { extensions: [short] });
    const belowOdd = issueAuthority('below odd', odd);
    accepted(log, 'add-chain', [issueLeaf('leaf', belowOdd), belowOdd, odd]);
  });

  it('is taken under a root of version 1', () => {
    const oldRoot = issueRoot('v1 root', { version: 1, extensions: [] });
    accepted({ roots: [oldRoot] }, 'add-chain', [issueLeaf('leaf', oldRoot)]);
  });
});

describe('a chain that is no path', () => {
  it('lacks an intermediate', () => {
    refusal(log, [leaf], 'issuer-missing', /^chain\[0\] \(CN=leaf\) was issued by CN=intermediate, which is neither/);
    refusal(log, [leaf, root], 'issuer-missing', /chain\[0\].*CN=intermediate/);
    refusal(log, [deepLeaf, below, root], 'issuer-missing', /chain\[1\] \(CN=below\).*CN=intermediate/);
  });

  it('is in the wrong order', () => {
    refusal(log, [deepLeaf, intermediate, below, root], 'wrong-order', /chain\[0\].*\(CN=below\).* chain\[2\] instead/);
    refusal(log, [leaf, root, intermediate], 'wrong-order', /chain\[0\].*\(CN=intermediate\).* chain\[2\] instead/);
    refusal(log, [intermediate, leaf, root], 'unrelated-certificate', /chain\[1\] \(CN=leaf\)/);
  });

  it('has an unrelated certificate inside', () => {
    refusal(
      log,
      [leaf, unrelated, intermediate, root],
      'unrelated-certificate',
      /chain\[1\] \(CN=unrelated\) issued no/,
    );
    refusal(
      log,
      [leaf, intermediate, unrelated, root],
      'unrelated-certificate',
      /chain\[2\] \(CN=unrelated\) issued no/,
    );
  });

  it('has an unrelated certificate after its end', () => {
    refusal(log, [leaf, intermediate, root, unrelated], 'unrelated-certificate', /chain\[3\].* must end there/);
    refusal(log, [leaf, intermediate, unrelated], 'unrelated-certificate', /chain\[2\].* must end there/);
    refusal(log, [root, unrelated], 'unrelated-certificate', /chain\[1\].* must end there/);
  });

  it('has a certificate twice', () => {
    refusal(log, [leaf, intermediate, intermediate, root], 'certificate-twice', /chain\[2\].* as chain\[1\]/);
    refusal(log, [leaf, intermediate, root, root], 'certificate-twice', /chain\[3\].* as chain\[2\]/);
    refusal(log, [leaf, leaf, intermediate], 'certificate-twice', /chain\[1\].* as chain\[0\]/);
  });

  it('leads to a root that is not accepted', () => {
    const other: TestLog = { roots: [otherRoot] };
    refusal(
      other,
      [leaf, intermediate, root],
      'root-not-accepted',
      /^chain\[2\] \(CN=root\) is self-issued and not among/,
    );
    refusal(other, [leaf, intermediate], 'issuer-missing', /chain\[1\].*CN=root/);
    refusal(other, [root], 'root-not-accepted');
    refusal({ roots: [] }, [leaf, intermediate, root], 'root-not-accepted');
  });

  it('has a name that differs in one byte, though people read the same', () => {
    const printable = issueLeaf('leaf', root, {
      issuerName: sequence(fromHex('310d300b0603550403130472 6f6f74'.replace(/ /g, ''))),
    });
    refusal(log, [printable, root], 'issuer-missing', /issued by CN=root/);
  });
});

describe('several possible paths', () => {
  const crossed = issueAuthority('root', otherRoot, { key: root.key });

  it('through a cross-signed root lead to whatever root is accepted', () => {
    assert.deepEqual(
      pathOf({ roots: [otherRoot] }, [leaf, intermediate, crossed]),
      ders(intermediate, crossed, otherRoot),
    );
    assert.deepEqual(
      pathOf({ roots: [otherRoot] }, [leaf, intermediate, crossed, otherRoot]),
      ders(intermediate, crossed, otherRoot),
    );
    assert.deepEqual(
      pathOf({ roots: [root, otherRoot] }, [leaf, intermediate, crossed]),
      ders(intermediate, crossed, otherRoot),
    );
  });

  it('must be the one that was submitted', () => {
    refusal(log, [leaf, intermediate, crossed], 'issuer-missing', /chain\[2\].*accepted root of the same name/);
  });

  it('end with the last certificate if that is a root, even if another root issued it', () => {
    assert.deepEqual(
      pathOf({ roots: [crossed, otherRoot] }, [leaf, intermediate, crossed]),
      ders(intermediate, crossed),
    );
  });

  it('end with the root that signed, where several have its name', () => {
    const imposters = ['a', 'b', 'c'].map((label) => issueRoot('root', { key: testKey('p256', label) }));
    assert.deepEqual(pathOf({ roots: [...imposters, root] }, [leaf, intermediate]), ders(intermediate, root));
    refusal({ roots: imposters }, [leaf, intermediate], 'signature-invalid');
  });

  it('are tried in the order of key identifiers, of which a mismatch refuses none', () => {
    const checked: SignatureCheck[] = [];
    const imposters = Array.from({ length: 8 }, (_, i) => issueRoot('root', { key: testKey('p256', `imposter ${i}`) }));
    const verifySignature = (check: SignatureCheck): 'valid' | 'invalid' => {
      checked.push(check);
      return Buffer.from(check.signerSpki).equals(root.key.spki) ? 'valid' : 'invalid';
    };
    const roots = [...imposters, root];
    accepted({ roots, verifySignature }, 'add-chain', [issueLeaf('leaf', root)]);
    assert.equal(checked.length, 1);
    const withoutKeyId = issueLeaf('leaf', root, { extensions: [] });
    accepted({ roots, verifySignature }, 'add-chain', [withoutKeyId]);
  });

  it('are given up after 100 signatures', () => {
    let checks = 0;
    const verifySignature = (): 'invalid' => {
      checks++;
      return 'invalid';
    };
    const roots = Array.from({ length: 120 }, (_, i) => issueRoot('root', { serial: Uint8Array.of(1, i) }));
    refusal({ roots, verifySignature }, [leaf, intermediate], 'signature-checks-exhausted', /100 signature checks/);
    assert.ok(checks <= 100);
  });

  it('never use a key before an accepted root has vouched for it', () => {
    const keys: Uint8Array[] = [];
    const verifySignature = (check: SignatureCheck): 'invalid' => {
      keys.push(check.signerSpki);
      return 'invalid';
    };
    refusal({ roots: [root], verifySignature }, [deepLeaf, below, intermediate, root], 'signature-invalid');
    assert.deepEqual(keys, [root.key.spki]);
  });
});

describe('a precertificate signing certificate', () => {
  const usage = extKeyUsage(OID.precertificateSigning);
  const signer = issueAuthority('signer', intermediate, { extensions: [...authorityExtensions(), usage] });
  const precertificate = issuePrecertificate('pre', signer);
  const chain = [precertificate, signer, intermediate];

  it('stands for its issuer, whose key hash the entry has', () => {
    const { entry, issuers } = accepted(log, 'add-pre-chain', chain);
    assert.deepEqual(
      issuers.map(({ der }) => der),
      ders(signer, intermediate, root),
    );
    assert.ok(contains(entry.data, nobleHasher.sha256(intermediate.key.spki)));
    assert.ok(contains(entry.data, intermediate.name));
    assert.ok(!contains(entry.data, signer.name));
  });

  it('may issue final certificates too, which are taken as they are', () => {
    const final = issueLeaf('final', signer);
    const { entry } = accepted(log, 'add-chain', [final, signer, intermediate]);
    assert.ok(contains(entry.data, final.der));
  });

  it('is refused by a rule, for precertificates', () => {
    const strict: TestLog = { ...log, rules: { refusePreIssuers: true } };
    const refused = refusedBy(strict, 'add-pre-chain', chain);
    assert.equal(refused.code, 'pre-issuer-refused');
    assert.match(refused.message, /^chain\[1\] \(CN=signer\)/);
    accepted(strict, 'add-chain', [issueLeaf('final', signer), signer, intermediate]);
    accepted(strict, 'add-pre-chain', [issuePrecertificate('pre', intermediate), intermediate]);
  });

  it('must have its issuer in the path', () => {
    const refused = refusedBy({ roots: [signer] }, 'add-pre-chain', [precertificate, signer]);
    assert.equal(refused.code, 'final-issuer-missing');
  });
});

describe('a precertificate that is an accepted root', () => {
  it('has no issuer, so there is no entry of it', () => {
    const odd = issuePrecertificate('odd', root);
    assert.equal(refusedBy({ roots: [odd] }, 'add-pre-chain', [odd]).code, 'final-issuer-missing');
  });
});
