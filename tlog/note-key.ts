import { concatBytes, fromBase64, quoted, toBase64, utf8 } from './bytes.js';
import { TlogError } from './error.js';
import { nobleHasher } from './hash.js';
import { createReader, u8 } from './tls.js';

/** Signature types that this package knows. Source: c2sp.org/signed-note. */
export const SIGNATURE_TYPE_ED25519 = 0x01;
export const SIGNATURE_TYPE_RFC6962 = 0x05;

/** What a verifier key says. `key`: the encoding of the public key that belongs to the type. */
export interface VerifierKey {
  readonly name: string;
  /** An uint32. */
  readonly keyId: number;
  /** 0 to 255. */
  readonly type: number;
  readonly key: Uint8Array;
}

const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/;
/** What no key name may contain: Unicode spaces, plus, control characters. Source: c2sp.org/signed-note. */
const NOT_IN_NAMES = /[\p{White_Space}\p{Surrogate}+\u0000-\u001f]/u;

/** Says that a text may be the name of a key. @throws TlogError malformed. Source: c2sp.org/signed-note */
export function checkKeyName(name: string): string {
  if (name !== '' && !NOT_IN_NAMES.test(name)) return name;
  throw malformed('key name', quoted(name), 'a name without spaces and plus');
}

/** The recommended ID of a key: the first four bytes of SHA-256(name ‖ 0A ‖ type ‖ key). Source: c2sp.org/signed-note. */
export function noteKeyId(name: string, type: number, key: Uint8Array): number {
  const hash = nobleHasher.sha256(utf8(`${checkKeyName(name)}\n`), u8(type), key);
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0);
}

/** A key ID as it is written: 8 lowercase hexadecimal digits. */
export function formatKeyId(keyId: number): string {
  return keyId.toString(16).padStart(8, '0');
}

/**
 * The parts of `<name>+<8 hexadecimal digits>+<base64(type ‖ key)>`. Of an Ed25519 key, the length and the ID are
 * checked; how other types make their ID is known where they are known.
 * @throws TlogError malformed, mismatch. Source: c2sp.org/signed-note
 */
export function parseVerifierKey(text: string): VerifierKey {
  const match = VERIFIER_KEY.exec(text);
  if (match === null) throw malformed('verifier key', quoted(text), 'name+8 hexadecimal digits+base64');
  const [, name = '', id = '', encoded = ''] = match;
  const reader = createReader(fromBase64(encoded));
  const type = reader.u8();
  const key = { name: checkKeyName(name), keyId: Number.parseInt(id, 16), type, key: reader.bytes(reader.remaining) };
  if (type === SIGNATURE_TYPE_ED25519) checkKeyId(key, noteKeyId(name, type, key.key));
  return key;
}

/** Says that a verifier key has the ID that its key has. @throws TlogError mismatch */
export function checkKeyId(key: VerifierKey, want: number): void {
  if (key.keyId === want) return;
  const what = `ID of verifier key ${key.name}`;
  throw new TlogError({ code: 'mismatch', what, got: formatKeyId(key.keyId), want: formatKeyId(want) });
}

/** The text of a verifier key; without `keyId`, with the recommended one. @throws TlogError malformed. Source: c2sp.org/signed-note */
export function formatVerifierKey(of: {
  readonly name: string;
  readonly type: number;
  readonly key: Uint8Array;
  readonly keyId?: number;
}): string {
  const id = formatKeyId(of.keyId ?? noteKeyId(of.name, of.type, of.key));
  return `${checkKeyName(of.name)}+${id}+${toBase64(concatBytes(u8(of.type), of.key))}`;
}

function malformed(what: string, got: string, want: string): TlogError {
  return new TlogError({ code: 'malformed', what, got, want });
}
