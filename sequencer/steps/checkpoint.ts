import { formatCheckpoint, parseCheckpoint } from '../../tlog/checkpoint.js';
import { utf8 } from '../../tlog/bytes.js';
import { formatNote, parseNote, verifyNote } from '../../tlog/signed-note.js';
import type { SignedCheckpoint, TreeHead } from '../core/signed-checkpoint.js';
import type { LogDeps } from '../ports/log-deps.js';

type Signing = Pick<LogDeps, 'identity' | 'signers'>;

/**
 * Signs a tree head with every key of the log, and reads the result back: what is about to be published for ever is
 * verified first.
 *
 * @throws TlogError when the note does not verify.
 */
export function signCheckpoint({ identity, signers }: Signing, head: TreeHead): SignedCheckpoint {
  const text = formatCheckpoint({ origin: identity.origin, size: head.size, root: head.root, extensions: [] });
  const body = { ...head, text: utf8(text) };
  const note = formatNote(
    text,
    signers.map((signer) => signer.sign(body)),
  );
  verifyNote(
    parseNote(note),
    signers.map((signer) => signer.verifier),
  );
  return { ...head, note };
}

/** What a checkpoint says of itself. */
export interface ReadCheckpoint extends Omit<TreeHead, 'timestamp'> {
  /** From the signature of the log's own key; undefined where its type has none. */
  readonly timestamp: TreeHead['timestamp'] | undefined;
}

/**
 * Reads and verifies a checkpoint of this log.
 *
 * @throws TlogError malformed or unverified; RangeError for another origin or without the signature of the log's own key.
 */
export function readCheckpoint({ identity, signers }: Signing, note: Uint8Array): ReadCheckpoint {
  const parsed = parseNote(note);
  const verified = verifyNote(
    parsed,
    signers.map((signer) => signer.verifier),
  );
  const { origin, size, root } = parseCheckpoint(parsed.text);
  if (origin !== identity.origin) throw new RangeError(`its origin is ${origin}, and the log's is ${identity.origin}`);
  const [own] = signers;
  const signature = verified.find(({ name, keyId }) => name === own?.verifier.name && keyId === own.verifier.keyId);
  if (own === undefined || signature === undefined) throw new RangeError('the log has not signed it with its own key');
  return { size, root, timestamp: own.timestampOf(signature) };
}
