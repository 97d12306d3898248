import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { concatBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.js';
import { formatCheckpoint, type CheckpointText } from './checkpoint.js';
import { EMPTY_ROOT, nobleHasher } from './hash.js';
import { formatKeyId, parseVerifierKey } from './note-key.js';
import {
  decodeDigitallySigned,
  decodeRfc6962NoteSignature,
  encodeDigitallySigned,
  encodeRfc6962NoteSignature,
  logIdOf,
  rfc6962KeyId,
  rfc6962Verifier,
  rfc6962VerifierKey,
  treeHeadBytes,
} from './rfc6962.js';
import { timestampMs, treeSize } from './scalars.js';
import { formatNote, parseNote, verifyNote } from './signed-note.js';

/** What Google publishes about its log Arche2025h1. Source: transparency-dev/tesseract, README. */
const ARCHE = {
  origin: 'arche2025h1.staging.ct.transparency.dev',
  logId: 'v4vLUgreyaZJbsQJYM1zN+YKJbfu0ef6TGSJJcd2h2s=',
  key: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEn7khjUQH1H3NJ/C8QmmBgzoNTptlH6hT5bgiQ6mQcYYg5KZoe4ZK4xCszXu4NH5NiLaDH0wHKsvg3RIQ+TTaag==',
};

describe('logIdOf() and rfc6962KeyId()', () => {
  it('are those of a real log', () => {
    const logId = logIdOf(nobleHasher, fromBase64(ARCHE.key));
    assert.equal(toBase64(logId), ARCHE.logId);
    assert.equal(formatKeyId(rfc6962KeyId(ARCHE.origin, logId)), 'cd333cb1');
  });
});

describe('rfc6962VerifierKey()', () => {
  it('is origin, ID, and 05 with the public key', () => {
    const text = rfc6962VerifierKey({ origin: ARCHE.origin, spki: fromBase64(ARCHE.key) });
    const key = concatBytes(Uint8Array.of(5), fromBase64(ARCHE.key));
    assert.equal(text, `${ARCHE.origin}+cd333cb1+${toBase64(key)}`);
    const want = { name: ARCHE.origin, keyId: 0xcd333cb1, type: 5, key: fromBase64(ARCHE.key) };
    assert.deepEqual(parseVerifierKey(text), want);
  });
});

describe('treeHeadBytes()', () => {
  it('is the 50 bytes of TreeHeadSignature', () => {
    const bytes = treeHeadBytes({ timestamp: timestampMs(0x0102), size: treeSize(0x0304), root: EMPTY_ROOT });
    assert.equal(toHex(bytes), `000100000000000001020000000000000304${toHex(EMPTY_ROOT)}`);
    assert.equal(bytes.length, 50);
  });
});

describe('DigitallySigned and RFC6962NoteSignature', () => {
  const der = fc.uint8Array({ minLength: 1, maxLength: 72 });

  it('come back as they were', () => {
    fc.assert(
      fc.property(der, fc.maxSafeNat().map(timestampMs), (derSignature, timestamp) => {
        assert.deepEqual(decodeDigitallySigned(encodeDigitallySigned(derSignature)), derSignature);
        const bytes = encodeRfc6962NoteSignature({ timestamp, derSignature });
        assert.deepEqual(decodeRfc6962NoteSignature(bytes), { timestamp, derSignature });
      }),
    );
  });

  it('are timestamp, 04 03, length and signature', () => {
    const bytes = encodeRfc6962NoteSignature({ timestamp: timestampMs(0x0102), derSignature: fromHex('aabb') });
    assert.equal(toHex(bytes), '0000000000000102' + '0403' + '0002' + 'aabb');
  });

  it('are refused otherwise', () => {
    const table = [
      { hex: '', want: 'fixed-length field at byte 0: got 0 bytes, want 2 bytes' },
      { hex: '04010001aa', want: 'signature algorithm at byte 0: got 0401, want 0403' },
      { hex: '04030000', want: 'signature at byte 0: got 0 bytes, want at least 1' },
      { hex: '04030002aa', want: 'vector at byte 2: got 1 bytes, want 2 bytes' },
      { hex: '04030001aa00', want: 'DigitallySigned at byte 5: got 1 more bytes, want the end' },
    ];
    for (const { hex, want } of table) refuses('malformed', () => decodeDigitallySigned(fromHex(hex)), want);
    const note = (hex: string) => () => decodeRfc6962NoteSignature(fromHex(hex));
    refuses('malformed', note('00000000000001'), 'u64 at byte 0: got 7 bytes, want 8 bytes');
    refuses(
      'malformed',
      note('000000000000010204030001aabb'),
      'RFC6962NoteSignature at byte 13: got 1 more bytes, want the end',
    );
    refuses('out-of-range', note('ffffffffffffffff04030001aa'), /^u64 at byte 0/);
  });
});

describe('rfc6962Verifier()', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const origin = 'log.example/2025';
  const verifier = rfc6962Verifier({
    origin,
    spki,
    verify: (message, der) =>
      verify('sha256', message, createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }), der),
  });
  const good: CheckpointText = { origin, size: treeSize(7), root: nobleHasher.sha256(utf8('root')), extensions: [] };

  /** A checkpoint that says something of a tree, signed with a timestamp for perhaps another tree head. */
  function signed(text: CheckpointText, head: CheckpointText = good): Uint8Array {
    const timestamp = timestampMs(1_700_000_000_000);
    const derSignature = new Uint8Array(sign('sha256', treeHeadBytes({ ...head, timestamp }), privateKey));
    const signature = encodeRfc6962NoteSignature({ timestamp, derSignature });
    return formatNote(formatCheckpoint(text), [{ name: origin, keyId: verifier.keyId, signature }]);
  }

  it('verifies a checkpoint that the log signed', () => {
    assert.equal(verifyNote(parseNote(signed(good)), [verifier]).length, 1);
  });

  it('refuses another size, root or timestamp', () => {
    for (const text of [
      { ...good, size: treeSize(8) },
      { ...good, root: EMPTY_ROOT },
    ]) {
      refuses('unverified', () => verifyNote(parseNote(signed(text)), [verifier]), /got a wrong one/);
    }
    const note = parseNote(signed(good));
    const later = note.signatures.map((line) => ({
      ...line,
      signature: line.signature.map((byte, i) => (i === 7 ? byte + 1 : byte)),
    }));
    refuses('unverified', () => verifyNote({ ...note, signatures: later }, [verifier]), /got a wrong one/);
  });

  it('refuses another origin and extension lines, which the signature does not cover', () => {
    const table = [
      { text: { ...good, origin: 'other' }, want: /checkpoint origin: got other, want log\.example\/2025/ },
      { text: { ...good, extensions: ['more'] }, want: /checkpoint: got 1 extensions, want none/ },
    ];
    for (const { text, want } of table)
      refuses('unverified', () => verifyNote(parseNote(signed(text)), [verifier]), want);
  });

  it('refuses a text that is no checkpoint', () => {
    const signature = encodeRfc6962NoteSignature({ timestamp: timestampMs(0), derSignature: Uint8Array.of(1) });
    const note = parseNote(formatNote('text\n', [{ name: origin, keyId: verifier.keyId, signature }]));
    refuses('unverified', () => verifyNote(note, [verifier]), /checkpoint: got 1 lines/);
  });
});
