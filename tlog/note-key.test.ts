import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { fromBase64, toHex } from './bytes.js';
import { formatVerifierKey, noteKeyId, parseVerifierKey } from './note-key.js';

/** The verifier key of the example in c2sp.org/signed-note. */
const EXAMPLE = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';

const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((text) => !/[\p{White_Space}+\p{Cc}]/u.test(text));

describe('parseVerifierKey()', () => {
  it('reads the example of the specification', () => {
    const { key, ...rest } = parseVerifierKey(EXAMPLE);
    assert.deepEqual(rest, { name: 'example.com/foo', keyId: 0x530d903a, type: 1 });
    assert.equal(key.length, 32);
    assert.equal(formatVerifierKey({ ...rest, key }), EXAMPLE);
  });

  it('reads what was written, with plus signs in the base64 too', () => {
    fc.assert(
      fc.property(name, fc.nat(255), fc.uint8Array({ maxLength: 80 }), (text, type, key) => {
        const want = { name: text, keyId: noteKeyId(text, type, key), type, key };
        assert.deepEqual(parseVerifierKey(formatVerifierKey({ name: text, type, key })), want);
      }),
    );
  });

  it('leaves the ID of types that it does not know to others', () => {
    const written = formatVerifierKey({ name: 'a', type: 5, key: Uint8Array.of(1), keyId: 7 });
    assert.equal(written, 'a+00000007+BQE=');
    assert.equal(parseVerifierKey(written).keyId, 7);
  });

  it('refuses what is none', () => {
    const base64 = EXAMPLE.slice(-44);
    const table = [
      { desc: 'nothing', text: '' },
      { desc: 'no name', text: `+530d903a+${base64}` },
      { desc: 'a space in the name', text: `example.com foo+530d903a+${base64}` },
      { desc: 'a control character in the name', text: `example.com\u0001foo+530d903a+${base64}` },
      { desc: 'a short ID', text: `example.com/foo+530d903+${base64}` },
      { desc: 'an uppercase ID', text: `example.com/foo+530D903A+${base64}` },
      { desc: 'no key', text: 'example.com/foo+530d903a' },
      { desc: 'an empty key', text: 'example.com/foo+530d903a+' },
      { desc: 'unpadded base64', text: 'example.com/foo+530d903a+AQ' },
      { desc: 'a newline at the end', text: `${EXAMPLE}\n` },
    ];
    for (const { desc, text } of table) {
      assert.throws(() => parseVerifierKey(text), { name: 'TlogError' }, desc);
    }
  });

  it('refuses the ID of another key', () => {
    const message = 'ID of verifier key example.com/foo: got 530d903b, want 530d903a';
    refuses('mismatch', () => parseVerifierKey(EXAMPLE.replace('530d903a', '530d903b')), message);
  });
});

describe('noteKeyId()', () => {
  it('is the ID in the example of the specification', () => {
    const key = fromBase64('6TJ5GubnqECkYWTJBHhkJtXngh3YspoA1hyucq/dTaQ=');
    assert.equal(toHex(key).slice(0, 8), 'e932791a');
    assert.equal(noteKeyId('example.com/foo', 1, key), 0x530d903a);
  });

  it('refuses what is no name of a key', () => {
    for (const text of ['', ' ', 'a b', 'a+b', 'a\nb', 'a\u00a0b', 'a\u0085b', 'a\u2028', '\ud800']) {
      refuses('malformed', () => noteKeyId(text, 1, new Uint8Array(32)), /^key name: got/);
    }
  });
});
