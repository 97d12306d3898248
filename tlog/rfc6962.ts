import { concatBytes, fromUtf8, toHex } from './bytes.js';
import { parseCheckpoint } from './checkpoint.js';
import { TlogError } from './error.js';
import { nobleHasher, sha256Of, type Hasher, type Sha256 } from './hash.js';
import { formatVerifierKey, noteKeyId, SIGNATURE_TYPE_RFC6962 } from './note-key.js';
import { timestampMs, type TimestampMs, type TreeSize } from './scalars.js';
import type { NoteVerifier } from './signed-note.js';
import { createReader, u64, vector, type TlsReader } from './tls.js';

/** What the signature of type 0x05 covers; the origin is not among it. */
export interface TreeHead {
  readonly timestamp: TimestampMs;
  readonly size: TreeSize;
  readonly root: Sha256;
}

/**
 * A note signature of type 0x05.
 *
 *     struct {
 *       uint64 timestamp;
 *       TreeHeadSignature signature;              // digitally-signed
 *     } RFC6962NoteSignature;
 *
 * `derSignature`: the ECDSA signature, in DER. Source: c2sp.org/static-ct-api.
 */
export interface Rfc6962NoteSignature {
  readonly timestamp: TimestampMs;
  readonly derSignature: Uint8Array;
}

/** Version v1, signature type tree_hash. Source: RFC 6962, 3.5. */
const TREE_HEAD_PREFIX = Uint8Array.of(0, 1);

/** Hash algorithm sha256(4), signature algorithm ecdsa(3). Source: RFC 5246, 7.4.1.4.1; RFC 6962, 2.1.4. */
const SHA256_ECDSA = Uint8Array.of(4, 3);

/** The ID of a log with this public key (DER SubjectPublicKeyInfo). Source: RFC 6962, 3.2. */
export function logIdOf(hasher: Hasher, spki: Uint8Array): Sha256 {
  return hasher.sha256(spki);
}

/** The ID of the key under which a log signs its checkpoints. Source: c2sp.org/static-ct-api. @throws TlogError malformed */
export function rfc6962KeyId(origin: string, logId: Sha256): number {
  return noteKeyId(origin, SIGNATURE_TYPE_RFC6962, sha256Of(logId));
}

/** What a log signs for a tree head, 50 bytes: 00 01 ‖ u64 timestamp ‖ u64 size ‖ root. Source: RFC 6962, 3.5. */
export function treeHeadBytes({ timestamp, size, root }: TreeHead): Uint8Array {
  return concatBytes(TREE_HEAD_PREFIX, u64(timestamp), u64(size), sha256Of(root));
}

/** 04 03 ‖ u16 length ‖ signature. Source: RFC 5246, 4.7. @throws TlogError out-of-range */
export function encodeDigitallySigned(derSignature: Uint8Array): Uint8Array {
  return concatBytes(SHA256_ECDSA, vector(2, derSignature));
}

/** The signature in a DigitallySigned with SHA-256 and ECDSA, as a view. @throws TlogError malformed */
export function decodeDigitallySigned(bytes: Uint8Array): Uint8Array {
  const reader = createReader(bytes);
  const signature = readDigitallySigned(reader);
  reader.end('DigitallySigned');
  return signature;
}

/** The bytes of a note signature of type 0x05, without the key ID. @throws TlogError out-of-range */
export function encodeRfc6962NoteSignature({ timestamp, derSignature }: Rfc6962NoteSignature): Uint8Array {
  return concatBytes(u64(timestamp), encodeDigitallySigned(derSignature));
}

/** The parts of a note signature of type 0x05, without the key ID. @throws TlogError malformed, out-of-range */
export function decodeRfc6962NoteSignature(bytes: Uint8Array): Rfc6962NoteSignature {
  const reader = createReader(bytes);
  const timestamp = timestampMs(reader.u64());
  const derSignature = readDigitallySigned(reader);
  reader.end('RFC6962NoteSignature');
  return { timestamp, derSignature };
}

/**
 * Verifies the checkpoints of a static-ct log. `verify` says whether an ECDSA signature in DER, by the log's key with
 * SHA-256, is right. @throws TlogError malformed for an origin that is no key name
 */
export function rfc6962Verifier(log: {
  readonly origin: string;
  readonly spki: Uint8Array;
  readonly verify: (message: Uint8Array, derSignature: Uint8Array) => boolean;
}): NoteVerifier {
  return {
    name: log.origin,
    keyId: rfc6962KeyId(log.origin, logIdOf(nobleHasher, log.spki)),
    verify(text, signature) {
      const { origin, size, root, extensions } = parseCheckpoint(fromUtf8(text));
      // The signature covers neither of the two, so that only this keeps others from changing them.
      if (origin !== log.origin) throw mismatch('checkpoint origin', origin, log.origin);
      if (extensions.length > 0) throw mismatch('checkpoint', `${extensions.length} extensions`, 'none');
      const { timestamp, derSignature } = decodeRfc6962NoteSignature(signature);
      return log.verify(treeHeadBytes({ timestamp, size, root }), derSignature);
    },
  };
}

/** The verifier key of a static-ct log; the key in it is 05 ‖ DER SubjectPublicKeyInfo. @throws TlogError malformed */
export function rfc6962VerifierKey(log: { readonly origin: string; readonly spki: Uint8Array }): string {
  const keyId = rfc6962KeyId(log.origin, logIdOf(nobleHasher, log.spki));
  return formatVerifierKey({ name: log.origin, type: SIGNATURE_TYPE_RFC6962, key: log.spki, keyId });
}

function readDigitallySigned(reader: TlsReader): Uint8Array {
  const offset = reader.offset;
  const algorithms = toHex(reader.bytes(SHA256_ECDSA.length));
  const want = toHex(SHA256_ECDSA);
  if (algorithms !== want) {
    throw new TlogError({ code: 'malformed', what: 'signature algorithm', got: algorithms, want, offset });
  }
  const signature = reader.vector(2);
  if (signature.length > 0) return signature;
  throw new TlogError({ code: 'malformed', what: 'signature', got: '0 bytes', want: 'at least 1', offset });
}

function mismatch(what: string, got: string, want: string): TlogError {
  return new TlogError({ code: 'mismatch', what, got, want });
}
