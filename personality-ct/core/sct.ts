import { concatBytes, fromBase64, toBase64 } from '../../tlog/bytes.js';
import { TlogError } from '../../tlog/error.js';
import { sha256Of, type Sha256 } from '../../tlog/hash.js';
import { decodeDigitallySigned, encodeDigitallySigned } from '../../tlog/rfc6962.js';
import { timestampMs, type LeafIndex, type TimestampMs } from '../../tlog/scalars.js';
import { decodeSctExtensions, encodeSctExtensions } from '../../tlog/sct-extensions.js';
import { u40, u64 } from '../../tlog/tls.js';
import type { LogEntry } from './entry.js';
import { CtError } from './error.js';

/** What the sequencer gave an entry. */
export interface Stamp {
  readonly timestamp: TimestampMs;
  readonly index: LeafIndex;
}

/** A signed certificate timestamp, version 1, of a log with leaf indices. Source: RFC 6962, 3.2; c2sp.org/static-ct-api */
export interface Sct {
  /** SHA-256 of the log's SubjectPublicKeyInfo. */
  readonly logId: Sha256;
  readonly stamp: Stamp;
  /** The ECDSA signature over sctInput(), `SEQUENCE { r, s }` in DER. */
  readonly derSignature: Uint8Array;
}

/** The answer of add-chain and add-pre-chain. Bytes are in base64. Source: RFC 6962, 4.1 */
export interface SctJson {
  readonly sct_version: 0;
  readonly id: string;
  readonly timestamp: number;
  readonly extensions: string;
  readonly signature: string;
}

/** Whether the log's key made this signature over this message. */
export type VerifyMessage = (message: Uint8Array, derSignature: Uint8Array) => boolean;

/** What the SCT signs: the MerkleTreeLeaf, which is the entry with its holes filled. Source: RFC 6962, 3.2 */
export function sctInput(entry: LogEntry, { timestamp, index }: Stamp): Uint8Array {
  const message = concatBytes(entry.leafPrefix, entry.data);
  message.set(u64(timestamp), entry.leafPrefix.length + entry.timestampOffset);
  message.set(u40(index), entry.leafPrefix.length + entry.indexOffset);
  return message;
}

/** The answer that carries this SCT. */
export function encodeSct({ logId, stamp, derSignature }: Sct): SctJson {
  return {
    sct_version: 0,
    id: toBase64(logId),
    timestamp: stamp.timestamp,
    extensions: toBase64(encodeSctExtensions(stamp.index)),
    signature: toBase64(encodeDigitallySigned(derSignature)),
  };
}

/** Reads the answer of a log. Other members are ignored. @throws CtError malformed-sct, naming the member */
export function parseSct(json: unknown): Sct {
  if (typeof json !== 'object' || json === null) throw malformed('', 'is not a JSON object');
  const members = json as Readonly<Partial<Record<keyof SctJson, unknown>>>;
  if (members.sct_version !== 0) throw malformed('sct_version', `is ${JSON.stringify(members.sct_version)}, not 0`);
  return {
    logId: read(members, 'id', (id) => sha256Of(bytesOf(id))),
    stamp: {
      timestamp: read(members, 'timestamp', (timestamp) => timestampMs(timestamp as number)),
      index: read(members, 'extensions', (extensions) => decodeSctExtensions(bytesOf(extensions))),
    },
    derSignature: read(members, 'signature', (signature) => decodeDigitallySigned(bytesOf(signature))),
  };
}

/** Whether the SCT is the log's promise about this entry. */
export function sctVerifies(verify: VerifyMessage, entry: LogEntry, { stamp, derSignature }: Sct): boolean {
  return verify(sctInput(entry, stamp), derSignature);
}

function read<T>(
  members: Readonly<Partial<Record<keyof SctJson, unknown>>>,
  field: keyof SctJson,
  parse: (value: unknown) => T,
): T {
  const value = members[field];
  if (value === undefined) throw malformed(field, 'is missing');
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw malformed(field, `is malformed: ${error.message}`, error);
  }
}

function bytesOf(value: unknown): Uint8Array {
  // fromBase64() takes a string; what is none has no text that could be base64.
  return fromBase64(typeof value === 'string' ? value : '?');
}

function malformed(field: string, problem: string, cause?: TlogError): CtError {
  return new CtError({ code: 'malformed-sct', field, problem }, cause && { cause });
}
