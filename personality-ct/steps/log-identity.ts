import { equalBytes, toBase64 } from '../../tlog/bytes.js';
import type { LogReport } from '../ports/sequencer.js';

/** What the log of the sequencer must be, so that SCTs of this personality are about it. */
export interface ExpectedLog {
  /** The origin line of its checkpoints. */
  readonly origin: string;
  /** The DER SubjectPublicKeyInfo of the key that signs SCTs: the log's own. */
  readonly spki: Uint8Array;
}

/** Says how the log that the sequencer reports differs from the one that is configured, or undefined if it does not. */
export function identityProblem(expected: ExpectedLog, report: LogReport): string | undefined {
  const { origin, layout, publicKeys } = report;
  const [ownKey] = publicKeys;
  if (layout !== 'static-ct') return `the layout of the log is ${layout}, but a CT log has static-ct`;
  if (ownKey === undefined || !equalBytes(ownKey, expected.spki)) {
    const reported = ownKey === undefined ? 'no key' : toBase64(ownKey);
    return `the log's own key is ${reported}, but keyFile holds the key of ${toBase64(expected.spki)}`;
  }
  if (origin !== expected.origin) return `the origin of the log is '${origin}', but '${expected.origin}' is configured`;
  return undefined;
}
