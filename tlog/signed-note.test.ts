import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { concatBytes, fromUtf8, utf8 } from './bytes.js';
import { ed25519Signer, ed25519Verifier } from './ed25519.js';
import { TlogError } from './error.js';
import { parseVerifierKey } from './note-key.js';
import {
  formatNote,
  NOTE_SIGNATURES_MAX,
  NOTE_SIZE_MAX_BYTES,
  parseNote,
  verifyNote,
  type NoteSignature,
  type NoteVerifier,
} from './signed-note.js';

/** The example of c2sp.org/signed-note. */
const EXAMPLE_KEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const EXAMPLE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

const { name: exampleName, key: examplePublicKey } = parseVerifierKey(EXAMPLE_KEY);
const exampleVerifier = ed25519Verifier({ name: exampleName, publicKey: examplePublicKey });

const textLine = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((line) => !/\p{Cc}/u.test(line));
const anyText = fc
  .array(textLine, { minLength: 1, maxLength: 6 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''));
const anySignature: fc.Arbitrary<NoteSignature> = fc.record(
  {
    name: fc.stringMatching(/^[a-z0-9./é—-]{1,20}$/),
    keyId: fc.nat(0xffff_ffff),
    signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
  },
  { noNullPrototype: true },
);

describe('parseNote() and formatNote()', () => {
  it('read and write the example of the specification', () => {
    const note = parseNote(utf8(EXAMPLE));
    assert.equal(note.text, 'This is an example message.\n');
    assert.deepEqual(note.textBytes, utf8(note.text));
    assert.deepEqual(
      note.signatures.map(({ name, keyId, signature }) => [name, keyId, signature.length]),
      [['example.com/foo', 0x530d903a, 64]],
    );
    assert.equal(fromUtf8(formatNote(note.text, note.signatures)), EXAMPLE);
  });

  it('give back what was written, texts with empty lines included', () => {
    fc.assert(
      fc.property(anyText, fc.array(anySignature, { minLength: 1, maxLength: 16 }), (text, signatures) => {
        const note = parseNote(formatNote(text, signatures));
        assert.deepEqual(note, { text, textBytes: utf8(text), signatures });
      }),
    );
  });

  it('read what starts in the middle of a larger array', () => {
    const bytes = concatBytes(Uint8Array.of(1, 2, 3), utf8(EXAMPLE)).subarray(3);
    assert.deepEqual(verifyNote(parseNote(bytes), [exampleVerifier]).length, 1);
  });
});

describe('parseNote()', () => {
  const line = EXAMPLE.slice(EXAMPLE.indexOf('—'));

  it('says what is wrong', () => {
    const table = [
      { note: '', want: 'note: got no empty line, want one between text and signatures' },
      { note: 'text\n', want: 'note: got no empty line, want one between text and signatures' },
      { note: `text\n${line}`, want: 'note: got no empty line, want one between text and signatures' },
      { note: 'text\n\n', want: 'note: got no signatures, want at least one' },
      { note: EXAMPLE.trimEnd(), want: 'note: got no newline at the end, want one' },
      { note: `${EXAMPLE}\n`, want: 'note: got no signatures, want at least one' },
      { note: `a\u0000b\n\n${line}`, want: 'note: got "\\u0000" at character 1, want no control characters' },
      { note: `a\r\n\n${line}`, want: 'note: got "\\r" at character 1, want no control characters' },
      { note: `text\n\n-- foo AAAAAAA=\n`, want: 'signature line: got "-- foo AAAAAAA=", want — name base64' },
      { note: `text\n\n— foo AAAAAAA= \n`, want: 'signature line: got "— foo AAAAAAA= ", want — name base64' },
      { note: `text\n\n—  foo AAAAAAA=\n`, want: 'signature line: got "—  foo AAAAAAA=", want — name base64' },
      { note: `text\n\n— AAAAAAA=\n`, want: 'signature line: got "— AAAAAAA=", want — name base64' },
      { note: `text\n\n— f+o AAAAAAA=\n`, want: 'key name: got "f+o", want a name without spaces and plus' },
      { note: `text\n\n— f\u00a0o AAAAAAA=\n`, want: 'key name: got "f\u00a0o", want a name without spaces and plus' },
      { note: `text\n\n— foo AAAAAAB=\n`, want: 'base64: got "AAAAAAB=", want zero in the spare bits' },
      { note: `text\n\n— foo AAAAAA\n`, want: 'base64: got "AAAAAA", want the standard alphabet with padding' },
      { note: `text\n\n— foo AAAAAA==\n`, want: 'signature: got 4 bytes, want more than the 4 of the key ID' },
      { note: `text\n\n— foo AAAA\n`, want: 'signature: got 3 bytes, want more than the 4 of the key ID' },
      { note: `text\n\n${line}other text\n`, want: 'signature line: got "other text", want — name base64' },
    ];
    for (const { note, want } of table) refuses('malformed', () => parseNote(utf8(note)), want);
    refuses(
      'malformed',
      () => parseNote(concatBytes(Uint8Array.of(0xff), utf8(EXAMPLE))),
      /^text: .* want valid UTF-8$/,
    );
  });

  it('takes notes up to its limits, and no more', () => {
    const lines = (count: number): Uint8Array => utf8(`text\n\n${line.repeat(count)}`);
    assert.equal(parseNote(lines(NOTE_SIGNATURES_MAX)).signatures.length, NOTE_SIGNATURES_MAX);
    refuses(
      'out-of-range',
      () => parseNote(lines(NOTE_SIGNATURES_MAX + 1)),
      'note: got 101 signatures, want at most 100',
    );
    const padded = (size: number): Uint8Array => utf8(`${'x'.repeat(size - utf8(`\n\n${line}`).length)}\n\n${line}`);
    assert.equal(parseNote(padded(NOTE_SIZE_MAX_BYTES)).signatures.length, 1);
    refuses(
      'out-of-range',
      () => parseNote(padded(NOTE_SIZE_MAX_BYTES + 1)),
      'note: got 1048577 bytes, want at most 1048576',
    );
  });
});

describe('formatNote()', () => {
  it('refuses what parseNote() would not read', () => {
    const good: NoteSignature = { name: 'foo', keyId: 1, signature: Uint8Array.of(1) };
    const table = [
      { text: 'text', signatures: [good], want: 'note text: got no newline at the end, want one' },
      { text: 'te\txt\n', signatures: [good], want: 'note text: got "\\t" at character 2, want no control characters' },
      { text: 'text\n', signatures: [], want: 'note: got no signatures, want at least one' },
      { text: '\ud800\n', signatures: [good], want: /want whole surrogate pairs$/ },
      {
        text: 'text\n',
        signatures: [{ ...good, name: 'f o' }],
        want: 'key name: got "f o", want a name without spaces and plus',
      },
      {
        text: 'text\n',
        signatures: [{ ...good, signature: new Uint8Array() }],
        want: 'signature: got 0 bytes, want at least 1',
      },
    ];
    for (const { text, signatures, want } of table) refuses('malformed', () => formatNote(text, signatures), want);
    for (const keyId of [-1, 2 ** 32, 0.5])
      refuses('out-of-range', () => formatNote('text\n', [{ ...good, keyId }]), /^key ID/);
  });
});

describe('verifyNote()', () => {
  const text = 'text\n';
  const secretKeys = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
  const [alice, bob] = secretKeys.map((secretKey) => ed25519Signer({ name: 'same.name', secretKey }));
  assert.ok(alice && bob);
  const signedBy = (signer: typeof alice): NoteSignature => ({
    name: signer.name,
    keyId: signer.keyId,
    signature: signer.sign(utf8(text)),
  });
  const verifierOf = ({ name, keyId }: typeof alice, verify: NoteVerifier['verify']): NoteVerifier => ({
    name,
    keyId,
    verify,
  });

  it('gives the signatures by known keys', () => {
    const note = parseNote(utf8(EXAMPLE));
    assert.deepEqual(verifyNote(note, [exampleVerifier]), note.signatures);
  });

  it('ignores keys that share only the name or the ID', () => {
    const note = parseNote(
      formatNote(text, [signedBy(alice), signedBy(bob), { ...signedBy(bob), name: 'other', keyId: alice.keyId }]),
    );
    const verified = verifyNote(note, [verifierOf(alice, () => true)]);
    assert.deepEqual(verified, note.signatures.slice(0, 1));
  });

  it('hands over the bytes as they were received', () => {
    const note = parseNote(formatNote(text, [signedBy(alice)]));
    verifyNote(note, [verifierOf(alice, (bytes) => bytes === note.textBytes)]);
  });

  it('refuses a note without a signature by a known key', () => {
    const note = parseNote(utf8(EXAMPLE));
    const message = /^note: got "example\.com\/foo\+530d903a", want same\.name\+[0-9a-f]{8}$/;
    refuses('unverified', () => verifyNote(note, [verifierOf(alice, () => true)]), message);
    refuses('unverified', () => verifyNote(note, []), /want known keys$/);
  });

  it('refuses a note if one known key did not sign it, whoever else did', () => {
    const note = parseNote(formatNote(text, [signedBy(alice), signedBy(bob)]));
    const verifiers = [verifierOf(alice, () => true), verifierOf(bob, () => false)];
    refuses(
      'unverified',
      () => verifyNote(note, verifiers),
      /^signature by same\.name\+[0-9a-f]{8}: got a wrong one, want a right one$/,
    );
  });

  it('says why a verifier could not even read a signature', () => {
    const note = parseNote(utf8('text\n\n— example.com/foo Uw2QOgE=\n'));
    assert.throws(
      () => verifyNote(note, [exampleVerifier]),
      (error) =>
        error instanceof TlogError &&
        error.cause instanceof TlogError &&
        error.detail.code === 'unverified' &&
        error.detail.got === 'Ed25519 signature: got 1 bytes, want 64 bytes',
    );
  });

  it('lets other failures of a verifier through', () => {
    const note = parseNote(formatNote(text, [signedBy(alice)]));
    const broken = verifierOf(alice, () => {
      throw new RangeError('broken');
    });
    assert.throws(() => verifyNote(note, [broken]), RangeError);
  });

  it('refuses two verifiers with the same name and ID', () => {
    refuses('malformed', () => verifyNote(parseNote(utf8(EXAMPLE)), [exampleVerifier, exampleVerifier]));
  });

  it('finds a changed text', () => {
    const note = parseNote(utf8(EXAMPLE.replace('message', 'massage')));
    refuses('unverified', () => verifyNote(note, [exampleVerifier]), /got a wrong one/);
  });
});
