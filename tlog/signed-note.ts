import { concatBytes, fromBase64, fromUtf8, quoted, toBase64, utf8 } from './bytes.js';
import { TlogError } from './error.js';
import { checkKeyName, formatKeyId } from './note-key.js';

/** The largest note that is parsed, in bytes. The specification leaves it to us; 100 post-quantum signatures are half of it. */
export const NOTE_SIZE_MAX_BYTES: number = 1024 * 1024;

/** The most signatures of a note that is parsed; at least 16 are asked for. Source: c2sp.org/signed-note. */
export const NOTE_SIGNATURES_MAX = 100;

/** One signature line. `keyId`: an uint32; `signature`: at least one byte, without the key ID. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Uint8Array;
}

/** A signed note, nothing of which has been verified. */
export interface Note {
  /** What is signed, with its last newline. */
  readonly text: string;
  /** The same as it was received: a view. */
  readonly textBytes: Uint8Array;
  readonly signatures: readonly NoteSignature[];
}

/** A key that verifies the signatures with its name and ID. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: number;
  /** @throws TlogError when text or signature do not have the form that the algorithm asks for */
  verify(text: Uint8Array, signature: Uint8Array): boolean;
}

/** A key that makes signatures with its name and ID. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  sign(text: Uint8Array): Uint8Array;
}

const SIGNATURE_LINE = /^— ([^ ]+) ([^ ]+)$/;
/** What no note may contain: the control characters below U+0020 other than newline. Source: c2sp.org/signed-note. */
const NOT_IN_NOTES = /[\u0000-\u0009\u000b-\u001f]/;

/** The parts of a signed note. @throws TlogError malformed, out-of-range. Source: c2sp.org/signed-note */
export function parseNote(bytes: Uint8Array): Note {
  checkAtMost(bytes.length, NOTE_SIZE_MAX_BYTES, 'bytes');
  const note = fromUtf8(bytes);
  checkCharacters('note', note);
  const textLength = note.lastIndexOf('\n\n') + 1;
  if (textLength === 0) throw malformed('note', 'no empty line', 'one between text and signatures');
  const text = note.slice(0, textLength);
  const lines = note.slice(textLength + 1).split('\n');
  if (lines.pop() !== '') throw malformed('note', 'no newline at the end', 'one');
  if (lines.length === 0) throw malformed('note', 'no signatures', 'at least one');
  checkAtMost(lines.length, NOTE_SIGNATURES_MAX, 'signatures');
  return { text, textBytes: bytes.subarray(0, utf8(text).length), signatures: lines.map(parseSignatureLine) };
}

/** The signed note of a text, with its last newline, and one or more signatures. @throws TlogError malformed */
export function formatNote(text: string, signatures: readonly NoteSignature[]): Uint8Array {
  checkCharacters('note text', text);
  if (!text.endsWith('\n')) throw malformed('note text', 'no newline at the end', 'one');
  if (signatures.length === 0) throw malformed('note', 'no signatures', 'at least one');
  return utf8(`${text}\n${signatures.map(formatSignatureLine).join('')}`);
}

/**
 * The signatures of a note by known keys, all of which are right. Those by unknown keys are ignored.
 * @throws TlogError unverified if a known key's signature is wrong, or none is by a known key
 */
export function verifyNote(note: Note, verifiers: readonly NoteVerifier[]): NoteSignature[] {
  const known = new Map(verifiers.map((verifier) => [keyOf(verifier), verifier]));
  if (known.size < verifiers.length) throw malformed('verifiers', 'two with the same name and key ID', 'one');
  const verified = note.signatures.filter((signature) => {
    const verifier = known.get(keyOf(signature));
    if (verifier === undefined) return false;
    verifySignature(note, signature, verifier);
    return true;
  });
  if (verified.length > 0) return verified;
  const got = quoted(note.signatures.map(keyOf).join(', '));
  throw new TlogError({ code: 'unverified', what: 'note', got, want: [...known.keys()].join(' or ') || 'known keys' });
}

function verifySignature(note: Note, signature: NoteSignature, verifier: NoteVerifier): void {
  const what = `signature by ${keyOf(verifier)}`;
  let isRight = false;
  try {
    isRight = verifier.verify(note.textBytes, signature.signature);
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause;
    throw new TlogError({ code: 'unverified', what, got: cause.message, want: 'a right one' }, { cause });
  }
  if (!isRight) throw new TlogError({ code: 'unverified', what, got: 'a wrong one', want: 'a right one' });
}

function parseSignatureLine(line: string): NoteSignature {
  const match = SIGNATURE_LINE.exec(line);
  if (match === null) throw malformed('signature line', quoted(line), '— name base64');
  const [, name = '', encoded = ''] = match;
  const bytes = fromBase64(encoded);
  if (bytes.length <= 4) throw malformed('signature', `${bytes.length} bytes`, 'more than the 4 of the key ID');
  return { name: checkKeyName(name), keyId: new DataView(bytes.buffer).getUint32(0), signature: bytes.subarray(4) };
}

function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  if (!Number.isInteger(keyId) || keyId < 0 || 0xffff_ffff < keyId) {
    throw new TlogError({ code: 'out-of-range', what: 'key ID', got: String(keyId), want: 'an uint32' });
  }
  if (signature.length === 0) throw malformed('signature', '0 bytes', 'at least 1');
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, keyId);
  return `— ${checkKeyName(name)} ${toBase64(concatBytes(id, signature))}\n`;
}

function keyOf({ name, keyId }: { readonly name: string; readonly keyId: number }): string {
  return `${name}+${formatKeyId(keyId)}`;
}

function checkCharacters(what: string, text: string): void {
  const at = text.search(NOT_IN_NOTES);
  if (at >= 0) throw malformed(what, `${quoted(text.charAt(at))} at character ${at}`, 'no control characters');
}

function checkAtMost(count: number, max: number, unit: string): void {
  if (count <= max) return;
  const want = `at most ${max}`;
  throw new TlogError({ code: 'out-of-range', what: 'note', got: `${count} ${unit}`, want });
}

function malformed(what: string, got: string, want: string): TlogError {
  return new TlogError({ code: 'malformed', what, got, want });
}
