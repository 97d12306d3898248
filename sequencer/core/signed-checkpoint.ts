import type { Sha256 } from '../../tlog/hash.js';
import type { TimestampMs, TreeSize } from '../../tlog/scalars.js';

/** A tree head that is signed, or is about to be. */
export interface TreeHead {
  readonly size: TreeSize;
  readonly root: Sha256;
  readonly timestamp: TimestampMs;
}

/** A checkpoint as it is published: the note, byte for byte, and what it says. */
export interface SignedCheckpoint extends TreeHead {
  readonly note: Uint8Array;
}
