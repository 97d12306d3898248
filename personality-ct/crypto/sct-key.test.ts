import assert from 'node:assert/strict';
import { hash, verify } from 'node:crypto';
import { testKey } from '../../test/certificates/test-key.js';
import { utf8 } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { createSctKey, createSctVerifier } from './sct-key.js';

const message = utf8('message');

describe('createSctKey()', () => {
  const { privateKey, spki } = testKey('p256', 'log');
  const key = createSctKey(nobleHasher, privateKey);

  it('has the log ID of its public key', () => {
    assert.deepEqual(Uint8Array.from(key.spki), spki);
    assert.deepEqual(key.logId, Uint8Array.from(hash('sha256', spki, 'buffer')));
  });

  it('signs what it verifies, and nothing else', () => {
    const signature = key.sign(message);
    assert.equal(verify('sha256', message, privateKey, signature), true);
    assert.equal(key.verify(message, signature), true);
    assert.equal(key.verify(utf8('Message'), signature), false);
    assert.equal(key.verify(message, new Uint8Array()), false);
    assert.equal(createSctVerifier(spki)(message, signature), true);
    assert.equal(createSctVerifier(testKey('p256', 'other log').spki)(message, signature), false);
  });

  it('is on P-256', () => {
    for (const kind of ['p384', 'rsa2048', 'ed25519'] as const) {
      assert.throws(() => createSctKey(nobleHasher, testKey(kind).privateKey), /with a key on P-256, not /);
      assert.throws(() => createSctVerifier(testKey(kind).spki), TypeError);
    }
  });
});
