import type { Sha256 } from '../../tlog/hash.js';
import type { TimestampMs, TreeSize } from '../../tlog/scalars.js';
import type { NoteSignature, NoteVerifier } from '../../tlog/signed-note.js';
import type { PublicKey } from '../core/log-identity.js';

/** What a signature on a checkpoint covers. */
export interface CheckpointBody {
  readonly size: TreeSize;
  readonly root: Sha256;
  readonly timestamp: TimestampMs;
  /** The text of the note, in UTF-8. */
  readonly text: Uint8Array;
}

/** Signs the checkpoints of one log with one key. */
export interface CheckpointSigner {
  readonly publicKey: PublicKey;
  readonly verifier: NoteVerifier;
  /** When the signature `found` says that it was made; undefined where its type does not tell. */
  timestampOf(found: NoteSignature): TimestampMs | undefined;
  sign(body: CheckpointBody): NoteSignature;
}
