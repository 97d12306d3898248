import { parseCheckpoint, type CheckpointText } from '../../tlog/checkpoint.js';
import { TlogError } from '../../tlog/error.js';
import { decodeRfc6962NoteSignature } from '../../tlog/rfc6962.js';
import type { TimestampMs } from '../../tlog/scalars.js';
import { parseNote, verifyNote, type Note } from '../../tlog/signed-note.js';
import type { LogIdentity } from './log-identity.js';

/** A checkpoint that can be read, and of which nothing has been verified. */
export interface SignedCheckpoint {
  readonly note: Note;
  readonly text: CheckpointText;
}

/** Reads the object `checkpoint`. @throws TlogError malformed, out-of-range */
export function parseSignedCheckpoint(bytes: Uint8Array): SignedCheckpoint {
  const note = parseNote(bytes);
  return { note, text: parseCheckpoint(note.text) };
}

/**
 * Verifies that the log itself has signed a checkpoint, and that no other known key's signature is wrong.
 *
 * @returns when it was signed, in ms; undefined where the log's signature does not say that.
 * @throws TlogError mismatch when it is another log's, unverified, malformed
 */
export function verifyCheckpoint({ note, text }: SignedCheckpoint, log: LogIdentity): TimestampMs | undefined {
  if (text.origin !== log.origin) {
    throw new TlogError({ code: 'mismatch', what: 'checkpoint origin', got: text.origin, want: log.origin });
  }
  const [own] = log.keys;
  const verified = verifyNote(
    note,
    log.keys.map(({ verifier }) => verifier),
  );
  const signature = verified.find(({ name, keyId }) => name === own.verifier.name && keyId === own.verifier.keyId);
  if (signature === undefined) {
    const got = 'none by it';
    throw new TlogError({ code: 'unverified', what: 'checkpoint', got, want: `a signature by ${own.verifier.name}` });
  }
  return own.isTimestamped ? decodeRfc6962NoteSignature(signature.signature).timestamp : undefined;
}
