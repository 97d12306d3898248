import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { equalBytes, toBase64, utf8 } from '../../tlog/bytes.js';
import { rfc6962VerifierKey } from '../../tlog/rfc6962.js';
import { readLogJson } from './log-identity.js';
import { keyFromSpki, keyFromVerifierKey, readSpki } from './log-key.js';
import { CannotLookError, type PublicObjects } from './public-objects.js';

const ORIGIN = 'log.example';

function spkiOf(type: 'P-256' | 'P-384' | 'ed25519'): Uint8Array {
  const { publicKey } =
    type === 'ed25519' ? generateKeyPairSync(type) : generateKeyPairSync('ec', { namedCurve: type });
  return publicKey.export({ type: 'spki', format: 'der' });
}

function holding(logJson: unknown): PublicObjects {
  const text = typeof logJson === 'string' ? logJson : JSON.stringify(logJson);
  return { where: 'memory', read: (path) => Promise.resolve(path === 'log.json' ? utf8(text) : undefined) };
}

describe('readLogJson()', () => {
  const verifierKey = rfc6962VerifierKey({ origin: ORIGIN, spki: spkiOf('P-256') });

  it('is what the log says of itself', async () => {
    const identity = await readLogJson(
      holding({ version: 1, origin: ORIGIN, layout: 'static-ct', publicKeys: [{ verifierKey, spki: '' }] }),
    );
    assert.equal(identity?.origin, ORIGIN);
    assert.equal(identity.layout, 'static-ct');
    assert.equal(identity.keys[0].isTimestamped, true);
  });

  it('is undefined where there is no such object', async () => {
    assert.equal(await readLogJson({ where: 'memory', read: () => Promise.resolve(undefined) }), undefined);
  });

  for (const { desc, logJson, says } of [
    { desc: 'is no JSON', logJson: 'no', says: /^memory\/log\.json does not say whose log this is: / },
    { desc: 'is of another version', logJson: { version: 2 }, says: /version/ },
    {
      desc: 'has no key',
      logJson: { version: 1, origin: ORIGIN, layout: 'static-ct', publicKeys: [] },
      says: /publicKeys/,
    },
    {
      desc: 'has a damaged key',
      logJson: { version: 1, origin: ORIGIN, layout: 'static-ct', publicKeys: [{ verifierKey: `${verifierKey}A` }] },
      says: /^The verifier key /,
    },
  ]) {
    it(`says what is wrong where it ${desc}`, async () => {
      await assert.rejects(readLogJson(holding(logJson)), (error: unknown) => {
        assert.ok(error instanceof CannotLookError);
        assert.match(error.message, says);
        return true;
      });
    });
  }
});

describe('keyFromVerifierKey()', () => {
  it('has the ID that is in it', () => {
    const spki = spkiOf('P-256');
    const key = keyFromVerifierKey(rfc6962VerifierKey({ origin: ORIGIN, spki }));
    assert.equal(key.verifier.keyId, keyFromSpki(spki, ORIGIN).verifier.keyId);
  });

  it('is refused with the ID of another key', () => {
    const [one = '', other = ''] = [spkiOf('P-256'), spkiOf('P-256')].map((spki) =>
      rfc6962VerifierKey({ origin: ORIGIN, spki }),
    );
    const mixed = [one.split('+')[0], one.split('+')[1], other.split('+').slice(2).join('+')].join('+');
    assert.throws(() => keyFromVerifierKey(mixed), CannotLookError);
  });

  it('is refused with a type that nobody here can verify', () => {
    const unknown = `${ORIGIN}+00000000+${toBase64(Uint8Array.of(0x63, 1, 2, 3))}`;
    assert.throws(() => keyFromVerifierKey(unknown), /it is of signature type 99/);
  });
});

describe('keyFromSpki()', () => {
  it('takes Ed25519, whose signatures have no timestamp', () => {
    assert.equal(keyFromSpki(spkiOf('ed25519'), ORIGIN).isTimestamped, false);
  });

  it('refuses other curves', () => {
    assert.throws(() => keyFromSpki(spkiOf('P-384'), ORIGIN), /The public key cannot be used: /);
  });
});

describe('readSpki()', () => {
  it('takes base64', () => {
    const spki = spkiOf('P-256');
    assert.ok(equalBytes(readSpki(toBase64(spki), '/'), spki));
  });

  it('says that something else is neither base64 nor a file', () => {
    assert.throws(
      () => readSpki('no-such-file.pem', '/'),
      /'\/no-such-file\.pem' is neither base64 of DER nor a PEM file/,
    );
  });
});
