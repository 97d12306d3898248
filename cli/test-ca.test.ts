import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { accepted } from '../test/certificates/judging.js';
import { parsePemCertificates } from '../personality-ct/core/pem.js';
import { createTestCa, openTestCa } from './test-ca.js';

const now = new Date('2026-01-02T03:04:05Z');
const request = { name: 'www.example.com', notBefore: now, notAfter: new Date('2026-04-01T00:00:00Z') };

describe('createTestCa()', () => {
  const ca = createTestCa({ now });

  it('issues certificates that OpenSSL verifies', () => {
    const [leaf, intermediate, root] = ca
      .issue({ kind: 'certificate', ...request })
      .chain.map((der) => new X509Certificate(der));
    assert.ok(leaf !== undefined && intermediate !== undefined && root !== undefined);
    assert.ok(leaf.checkIssued(intermediate) && leaf.verify(intermediate.publicKey));
    assert.ok(intermediate.checkIssued(root) && intermediate.verify(root.publicKey) && intermediate.ca);
    assert.ok(root.checkIssued(root) && root.verify(root.publicKey) && root.ca);
    assert.equal(leaf.checkHost('www.example.com'), 'www.example.com');
    assert.equal(new Date(leaf.validTo).getTime(), request.notAfter.getTime());
    assert.equal(new Date(root.validFrom).getTime(), now.getTime());
  });

  it('issues chains that a log takes, if it accepts the root', () => {
    const log = { roots: [ca.root], now };
    accepted(log, 'add-chain', ca.issue({ kind: 'certificate', ...request }).chain);
    accepted(log, 'add-pre-chain', ca.issue({ kind: 'precertificate', ...request }).chain);
  });

  it('never issues the same certificate twice', () => {
    const issued = Array.from({ length: 20 }, () => ca.issue({ kind: 'precertificate', ...request }).pem);
    assert.equal(new Set(issued).size, issued.length);
  });

  it('writes the chain as PEM', () => {
    const { chain, pem } = ca.issue({ kind: 'certificate', ...request });
    assert.deepEqual(
      parsePemCertificates(pem).certificates.map(({ der }) => der),
      chain,
    );
  });

  it('has a root that no other one is', () => {
    assert.notDeepEqual(createTestCa({ now }).root, ca.root);
  });
});

describe('openTestCa()', () => {
  const { files, root } = createTestCa({ now });

  it('goes on with the same CA', () => {
    const again = openTestCa(files);
    assert.deepEqual(again.root, root);
    accepted({ roots: [root], now }, 'add-chain', again.issue({ kind: 'certificate', ...request }).chain);
  });

  it('says which file is damaged', () => {
    assert.throws(
      () => openTestCa({ ...files, rootPem: '' }),
      /the root of the test CA must be one PEM certificate; there/,
    );
    assert.throws(() => openTestCa({ ...files, intermediatePem: files.rootPem.repeat(2) }), /the intermediate of the/);
  });
});
