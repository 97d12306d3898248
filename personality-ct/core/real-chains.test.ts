import assert from 'node:assert/strict';
import { accepted, refusedBy, type HasDer } from '../../test/certificates/judging.js';
import { pathsUp, readIssuer, readIssuers } from '../../test/certificates/real-issuers.js';
import { describeUnless } from '../../test/describe-unless.js';
import { readTestdata, testdataDir } from '../../test/testdata.js';
import { concatBytes, fromUtf8, toHex } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import { decodeDataTile, decodeTimestampedEntry, type TileLeaf } from '../../tlog/tile-leaf.js';
import type { LogEntry } from './entry.js';
import { parsePemCertificates } from './pem.js';
import { sctInput } from './sct.js';
import type { Endpoint } from './submission.js';

const skipped = testdataDir() === undefined ? 'there is no ../shared/testdata' : undefined;

/** The certificates of a PEM file of the test data. */
function pem(name: string): Uint8Array[] {
  const { certificates, problems } = parsePemCertificates(fromUtf8(readTestdata(`ct/${name}`)));
  assert.deepEqual(problems, []);
  return certificates.map(({ der }) => der);
}

describeUnless(skipped, 'the known answers', () => {
  const stamp = { timestamp: timestampMs(1_469_185_273_000), index: leafIndex(1) };
  const answers: readonly {
    leaf: string;
    above: string[];
    endpoint: Endpoint;
    leafHash: string;
    tbs?: string;
    keyHash?: string;
  }[] = [
    {
      leaf: 'test_leaf_cert_signed_by_root.pem',
      above: [],
      endpoint: 'add-chain',
      leafHash: '6a52f85f5aa1870544b3bada087e8a217e0476ecf0bd6786ebcf8445c82dfb62',
    },
    {
      leaf: 'test_leaf_pre_cert_signed_by_root.pem',
      above: [],
      endpoint: 'add-pre-chain',
      leafHash: '821df153281275d5d68c8f1bfc5388dc9466e86eb8bcf20e348142a20f71cfe8',
      tbs: 'a87e71803919fc2e7240e1bff8d4b74970dac421d77289ca24707ad6d2cdb256',
      keyHash: '6bba6d0ebd5e2c2058349312e3cafcca5f6f2386bca551cdf8fec5124871b712',
    },
    {
      leaf: 'test_leaf_pre_cert_signed_by_intermediate.pem',
      above: ['test_intermediate_ca_cert.pem'],
      endpoint: 'add-pre-chain',
      leafHash: '25a430890043467e3487345dcc736e4305546006e6ef6894711ee62473284ea1',
      tbs: 'e8e640f973c5be0f6c9b0af5b38f33e77b968eecf24b4cfa31446e15f190155f',
      keyHash: 'b78f010630d6bf9d87d21e02b4d5ae3c43db40ac30a0923691c41a2cf1760b72',
    },
    {
      leaf: 'test_leaf_pre_cert_signed_by_pre_intermediate.pem',
      above: ['test_pre_intermediate_ca_cert.pem'],
      endpoint: 'add-pre-chain',
      leafHash: '20f579b792938b3e0c839b632f49c9fbdca09a708194b6e6f0dd5b8e1f13dabe',
      tbs: '1837a835dfe159adc51b6567962769a4f9f9d4b29f29867b8dab10eab026d023',
      keyHash: '6bba6d0ebd5e2c2058349312e3cafcca5f6f2386bca551cdf8fec5124871b712',
    },
  ];
  for (const { leaf, above, endpoint, leafHash, tbs, keyHash } of answers) {
    it(`are met by ${leaf}`, () => {
      const root = pem('test_root_ca_cert.pem');
      for (const end of [[], root]) {
        const chain = [...pem(leaf), ...above.flatMap(pem), ...end];
        const { entry } = accepted({ roots: root }, endpoint, chain);
        const message = sctInput(entry, stamp);
        assert.equal(toHex(nobleHasher.leaf(message)), leafHash);
        const { signedEntry } = decodeTimestampedEntry(message.subarray(entry.leafPrefix.length));
        if (signedEntry.type === 'certificate') continue;
        assert.equal(toHex(nobleHasher.sha256(signedEntry.tbs)), tbs);
        assert.equal(toHex(signedEntry.issuerKeyHash), keyHash);
      }
    });
  }
});

describeUnless(skipped, 'the 256 precertificates of a real data tile', () => {
  let leaves: TileLeaf[] = [];
  let roots: Uint8Array[] = [];
  before(() => {
    leaves = decodeDataTile(readTestdata('ct/data-tile-256-precerts.bin'));
    const fingerprints = new Set(leaves.map((leaf) => toHex(leaf.fingerprints.at(-1) ?? leaf.bytes)));
    roots = [...fingerprints].map(readIssuer);
  });

  function bytesOf(entry: LogEntry, leaf: TileLeaf): Uint8Array {
    return concatBytes(sctInput(entry, leaf.entry).subarray(entry.leafPrefix.length), entry.trailer);
  }

  it('make the bytes of that tile, with the root and without', () => {
    for (const leaf of leaves) {
      const { preCertificate = new Uint8Array(), fingerprints } = leaf;
      const chain = [preCertificate, ...fingerprints.map((fingerprint) => readIssuer(toHex(fingerprint)))];
      for (const submitted of [chain, chain.slice(0, -1)]) {
        assert.deepEqual(bytesOf(accepted({ roots }, 'add-pre-chain', submitted).entry, leaf), leaf.bytes);
      }
    }
    assert.equal(leaves.length, 256);
  });

  it('are taken through every alternate issuer too, in chains of up to five', () => {
    const all = readIssuers();
    const lengths = new Set<number>();
    const byIssuer = new Map(leaves.map((leaf) => [toHex(leaf.fingerprints[0] ?? leaf.bytes), leaf]));
    for (const [fingerprint, { preCertificate = new Uint8Array() }] of byIssuer) {
      for (const path of pathsUp(readIssuer(fingerprint), all).filter(({ length }) => length > 1)) {
        const chain = [preCertificate, ...path];
        accepted({ roots: path.slice(-1) }, 'add-pre-chain', chain);
        lengths.add(chain.length);
      }
    }
    assert.equal(byIssuer.size, 14);
    assert.deepEqual([...lengths].sort(), [3, 4, 5]);
  });
});

describeUnless(skipped, 'chains of other logs', () => {
  const fakeRoot = (): HasDer[] => pem('fake-ca.cert');

  it('have four certificates, in order', () => {
    const chain = pem('subleaf.chain');
    assert.equal(chain.length, 4);
    accepted({ roots: fakeRoot() }, 'add-chain', chain);
    accepted({ roots: fakeRoot() }, 'add-chain', chain.slice(0, -1));
  });

  it('are refused when they are misordered', () => {
    const refusal = refusedBy({ roots: fakeRoot() }, 'add-chain', pem('subleaf.misordered.chain'));
    assert.equal(refusal.code, 'wrong-order');
  });

  it('are taken with policy constraints, and with name constraints that are violated', () => {
    const intermediates = ['PolicyConstraints', 'NameConstraints', 'InvalidNameConstraints'];
    for (const kind of intermediates) {
      const chain = [...pem('named/LeafCertPEM.pem'), ...pem(`named/FakeIntermediateWith${kind}CertPEM.pem`)];
      accepted({ roots: pem('named/FakeRootCACertPEM.pem') }, 'add-chain', chain);
    }
  });

  it('are taken when a real precertificate has an extended key usage', () => {
    const chain = [...pem('named/RealPrecertWithEKUPEM.pem'), ...pem('named/RealPrecertIntermediatePEM.pem')];
    const [, intermediate] = chain;
    accepted({ roots: [intermediate ?? new Uint8Array()] }, 'add-pre-chain', chain);
  });

  it('are taken as final certificates issued by a precertificate signing certificate', () => {
    const chain = [
      ...pem('test_leaf_cert_signed_by_pre_intermediate.pem'),
      ...pem('test_pre_intermediate_ca_cert.pem'),
    ];
    accepted({ roots: pem('test_root_ca_cert.pem') }, 'add-chain', chain);
  });
});

describeUnless(skipped, "Google's Merge Delay Monitor Root", () => {
  it('is accepted as a root, and as a leaf that is one, though its signature is over SHA-1', () => {
    const monitor = pem('mmd_monitor_root.crt');
    accepted({ roots: monitor }, 'add-chain', monitor);
  });
});

describeUnless(skipped, 'cross-signed roots of a real CA', () => {
  it('lead to either root', () => {
    const [crossed, x1, x2] = [
      pem('letsencrypt/isrg-root-x2-cross-signed.pem'),
      pem('letsencrypt/isrg-root-x1-cross-signed.pem'),
      pem('letsencrypt/isrg-root-x2.pem'),
    ];
    const e6 = pem('letsencrypt/e6.pem');
    accepted({ roots: x2 }, 'add-chain', e6);
    accepted({ roots: crossed }, 'add-chain', [...e6, ...crossed]);
    accepted({ roots: x1 }, 'add-chain', [...e6, ...crossed, ...x1]);
    const refusal = refusedBy({ roots: x2 }, 'add-chain', [...e6, ...crossed]);
    assert.equal(refusal.code, 'issuer-missing');
    assert.match(refusal.message, /accepted root of the same name/);
  });
});
