import { concatBytes, fromBase64, fromUtf8, quoted, toBase64, utf8 } from '../../tlog/bytes.js';
import { sha256Of, type Sha256 } from '../../tlog/hash.js';
import { timestampMs, treeSize, type TimestampMs, type TreeSize } from '../../tlog/scalars.js';
import { epoch, type Epoch } from './object-names.js';

/** The private object `tree`: how far the log is integrated, and the last checkpoint that was signed. */
export interface TreeState {
  /** The epoch in whose journal the entry at `size` is to be looked for. */
  readonly epoch: Epoch;
  readonly size: TreeSize;
  readonly root: Sha256;
  /** The timestamp of the last integrated entry; 0 in an empty tree. */
  readonly entryTimestamp: TimestampMs;
  /** When `checkpoint` was signed. */
  readonly checkpointTimestamp: TimestampMs;
  /** The signed note over `size` and `root`. */
  readonly checkpoint: Uint8Array;
}

const FIRST_LINE = 'andamento tree 1';

const FORM =
  /^andamento tree 1\nepoch ([1-9][0-9]*)\nsize (0|[1-9][0-9]*)\nroot (\S+)\nentry-timestamp (0|[1-9][0-9]*)\ncheckpoint-timestamp (0|[1-9][0-9]*)\n\n/;

/**
 * Text, so that an operator can read it: a version line, one `name value` line for each field, an empty line, and the
 * signed note.
 */
export function encodeTreeState(state: TreeState): Uint8Array {
  const head = utf8(
    `${FIRST_LINE}\nepoch ${String(state.epoch)}\nsize ${String(state.size)}\nroot ${toBase64(state.root)}\n` +
      `entry-timestamp ${String(state.entryTimestamp)}\ncheckpoint-timestamp ${String(state.checkpointTimestamp)}\n\n`,
  );
  return concatBytes(head, state.checkpoint);
}

/** @throws RangeError or TlogError when the bytes are not of this form. */
export function decodeTreeState(bytes: Uint8Array): TreeState {
  const text = fromUtf8(bytes);
  const match = FORM.exec(text);
  if (match === null) {
    throw new RangeError(
      text.startsWith(`${FIRST_LINE}\n`)
        ? 'its lines are not epoch, size, root, entry-timestamp, checkpoint-timestamp, each with its value'
        : `its first line is ${quoted(text.split('\n', 1)[0] ?? '')}, and this version reads "${FIRST_LINE}"`,
    );
  }
  const [head, epochText, size, root, entryTimestamp, checkpointTimestamp] = match;
  return {
    epoch: epoch(Number(epochText)),
    size: treeSize(Number(size)),
    root: sha256Of(fromBase64(root ?? '')),
    entryTimestamp: timestampMs(Number(entryTimestamp)),
    checkpointTimestamp: timestampMs(Number(checkpointTimestamp)),
    // The form is ASCII, so its length in characters is its length in bytes.
    checkpoint: bytes.subarray(head.length),
  };
}
