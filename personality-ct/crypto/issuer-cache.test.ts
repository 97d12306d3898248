import assert from 'node:assert/strict';
import { issueRoot } from '../../test/certificates/issue.js';
import { refusesBytes } from '../../test/certificates/refuses-bytes.js';
import { concatBytes } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { uncachedIssuers } from '../core/issuer.js';
import { createIssuerCache } from './issuer-cache.js';

const [first, second] = [issueRoot('first').der, issueRoot('second').der];

describe('createIssuerCache()', () => {
  it('reads as without a cache', () => {
    const read = createIssuerCache(nobleHasher);
    for (const der of [first, second, first]) assert.deepEqual(read(der), uncachedIssuers(nobleHasher)(der));
  });

  it('reads the same bytes once', () => {
    const read = createIssuerCache(nobleHasher);
    assert.equal(read(Uint8Array.from(first)), read(first));
    assert.notEqual(read(second), read(first));
  });

  it('keeps its own copy, which does not hold the body of a request in memory', () => {
    const body = concatBytes(new Uint8Array(1000), first);
    const issuer = createIssuerCache(nobleHasher)(body.subarray(1000));
    assert.equal(issuer.der.buffer.byteLength, first.length);
    body.fill(0);
    assert.deepEqual(issuer.der, first);
  });

  it('is bounded', () => {
    const issuersSizeMaxBytes = first.length + second.length - 1;
    const read = createIssuerCache(nobleHasher, { issuersSizeMaxBytes });
    const before = read(first);
    read(second);
    assert.notEqual(read(first), before);
  });

  it('does not keep what it cannot read', () => {
    const read = createIssuerCache(nobleHasher);
    for (let i = 0; i < 2; i++) refusesBytes(() => read(Uint8Array.of(0x30)), /is cut off/);
  });
});
