import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { parseCheckpoint } from '../tlog/checkpoint.js';
import type { Sha256 } from '../tlog/hash.js';
import { decodeRfc6962NoteSignature, rfc6962Verifier } from '../tlog/rfc6962.js';
import type { TimestampMs, TreeSize } from '../tlog/scalars.js';
import { parseNote, verifyNote } from '../tlog/signed-note.js';

/** A checkpoint of a static-ct log whose signature was verified. */
export interface ServedCheckpoint {
  readonly bytes: Uint8Array;
  readonly size: TreeSize;
  readonly root: Sha256;
  readonly timestamp: TimestampMs;
}

/** Verifies a checkpoint against the log's own key. @param spki DER SubjectPublicKeyInfo. */
export function verifyCheckpoint(bytes: Uint8Array, log: { origin: string; spki: Uint8Array }): ServedCheckpoint {
  const publicKey = createPublicKey({ key: Buffer.from(log.spki), format: 'der', type: 'spki' });
  const verifier = rfc6962Verifier({
    ...log,
    verify: (message, derSignature) => verify('sha256', message, publicKey, derSignature),
  });
  const note = parseNote(bytes);
  const [signature] = verifyNote(note, [verifier]);
  assert.ok(signature !== undefined);
  const { size, root } = parseCheckpoint(note.text);
  return { bytes, size, root, timestamp: decodeRfc6962NoteSignature(signature.signature).timestamp };
}

/** Fetches the checkpoint below a monitoring prefix. @returns undefined when the server does not answer. */
export async function fetchCheckpoint(monitoringPrefix: string): Promise<Uint8Array | undefined> {
  try {
    const response = await fetch(`${monitoringPrefix}checkpoint`);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  } catch {
    return undefined;
  }
}
