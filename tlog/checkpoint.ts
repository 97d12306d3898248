import { fromBase64, quoted, toBase64 } from './bytes.js';
import { TlogError } from './error.js';
import { sha256Of, type Sha256 } from './hash.js';
import { treeSize, type TreeSize } from './scalars.js';

/** What a checkpoint says of a tree: the text of a signed note. Source: c2sp.org/tlog-checkpoint. */
export interface CheckpointText {
  /** The identity of the log: not empty, one line. */
  readonly origin: string;
  readonly size: TreeSize;
  readonly root: Sha256;
  /** Lines that are not empty. A log of static-ct has none. */
  readonly extensions: readonly string[];
}

const DECIMAL = /^(0|[1-9][0-9]*)$/;

/** The text of a checkpoint, with its last newline. @throws TlogError malformed, out-of-range */
export function formatCheckpoint(checkpoint: CheckpointText): string {
  const { origin, size, root, extensions } = checkpoint;
  checkLine('checkpoint origin', origin);
  for (const line of extensions) checkLine('checkpoint extension', line);
  return [origin, String(treeSize(size)), toBase64(sha256Of(root)), ...extensions, ''].join('\n');
}

/** What the text of a checkpoint says; nothing else would be written with it. @throws TlogError malformed, out-of-range */
export function parseCheckpoint(text: string): CheckpointText {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed('checkpoint', 'no newline at the end', 'one');
  const [origin, size, root, ...extensions] = lines;
  if (origin === undefined || size === undefined || root === undefined) {
    throw malformed('checkpoint', `${lines.length} lines`, 'origin, size and root');
  }
  checkLine('checkpoint origin', origin);
  for (const line of extensions) checkLine('checkpoint extension', line);
  return { origin, size: parseSize(size), root: parseRoot(root), extensions };
}

function parseSize(text: string): TreeSize {
  if (!DECIMAL.test(text)) throw malformed('checkpoint size', quoted(text), 'a decimal without superfluous zeros');
  return treeSize(Number(text));
}

function parseRoot(text: string): Sha256 {
  try {
    return sha256Of(fromBase64(text));
  } catch (cause) {
    throw new TlogError(
      { code: 'malformed', what: 'checkpoint root', got: quoted(text), want: 'base64 of 32 bytes' },
      { cause },
    );
  }
}

function checkLine(what: string, line: string): void {
  if (line === '' || line.includes('\n')) throw malformed(what, quoted(line), 'one line that is not empty');
}

function malformed(what: string, got: string, want: string): TlogError {
  return new TlogError({ code: 'malformed', what, got, want });
}
