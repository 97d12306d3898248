import assert from 'node:assert/strict';
import { commonName } from '../../cli/certificate-writer.js';
import { issueRoot } from '../../test/certificates/issue.js';
import { refusesBytes } from '../../test/certificates/refuses-bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { rootSet } from './roots.js';

const ders = ['a', 'b', 'b', 'c', 'd'].map((name, i) => issueRoot(name, { serial: Uint8Array.of(i) }).der);

describe('rootSet()', () => {
  it('has each root once, in an order that does not depend on that of the files', () => {
    const set = rootSet(nobleHasher, [...ders, ...ders]);
    assert.equal(set.size, ders.length);
    const fingerprints = set.all.map(({ fingerprintHex }) => fingerprintHex);
    assert.deepEqual(fingerprints, [...fingerprints].sort());
    assert.deepEqual(
      rootSet(nobleHasher, ders.toReversed()).all.map(({ fingerprintHex }) => fingerprintHex),
      fingerprints,
    );
  });

  it('finds roots by subject, of which several may have the same', () => {
    const set = rootSet(nobleHasher, ders);
    assert.equal(set.bySubject(commonName('b')).length, 2);
    assert.equal(set.bySubject(commonName('a')).length, 1);
    assert.deepEqual(set.bySubject(commonName('B')), []);
  });

  it('finds roots by fingerprint', () => {
    const set = rootSet(nobleHasher, ders);
    for (const root of set.all) assert.equal(set.byFingerprint(root.fingerprintHex), root);
    assert.equal(set.byFingerprint('00'), undefined);
  });

  it('may be empty', () => {
    assert.equal(rootSet(nobleHasher, []).size, 0);
  });

  it('refuses what is no certificate', () => {
    refusesBytes(() => rootSet(nobleHasher, [new Uint8Array()]), /certificate at byte 0 is cut off/);
  });
});
