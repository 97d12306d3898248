import type { LeafIndex, TimestampMs, TreeSize } from '../../tlog/scalars.js';
import type { LogEntry } from '../core/entry.js';

/** The stage that an Add call waits for: the entries are on stable storage, or a public checkpoint covers them. */
export type WaitFor = 'durable' | 'published';

/** Where one entry is in the log; of a duplicate, where the entry of the same identity is. */
export interface AddedEntry {
  readonly index: LeafIndex;
  readonly timestamp: TimestampMs;
  readonly duplicate: boolean;
}

/** A checkpoint that the world can read. */
export interface PublishedCheckpoint {
  readonly size: TreeSize;
  /** The Merkle tree hash, 32 bytes. */
  readonly root: Uint8Array;
  /** When it was signed. */
  readonly timestamp: TimestampMs;
}

/** The answer to an Add call. */
export interface Added {
  /** One for each entry that was sent, in the same order: to be checked by who uses it. */
  readonly entries: readonly AddedEntry[];
  /** When publication was waited for: a checkpoint that covers all of them. */
  readonly checkpoint: PublishedCheckpoint | undefined;
}

/** The answer to an Integrate call. */
export interface Integrated {
  /** The newest checkpoint when the run had ended. */
  readonly checkpoint: PublishedCheckpoint;
  /** Whether that run has published it. */
  readonly written: boolean;
}

/** What the sequencer says about a log: what it is, and how far it has come. */
export interface LogReport {
  readonly origin: string;
  readonly layout: 'static-ct' | 'tlog-tiles' | 'unknown';
  /** The DER SubjectPublicKeyInfo of each key that signs its checkpoints; the first is the log's own. */
  readonly publicKeys: readonly Uint8Array[];
  readonly mode: 'starting' | 'serving' | 'draining' | 'stopped' | 'unknown';
  /** Why it has stopped; empty in any other mode. */
  readonly stopReason: string;
  readonly published: PublishedCheckpoint | undefined;
  /** The timestamp of the oldest entry that no published checkpoint covers. */
  readonly oldestUnpublished: TimestampMs | undefined;
}

/**
 * Why a call to the sequencer was not answered.
 *
 * `unreachable`: nothing was stored, unless the connection broke during the call. `deadline` and `uncertain`: whether
 * something was stored is not known, and the same entries may be sent again. `overloaded`: nothing was stored, retry
 * later. `frozen`: the log takes nothing any more. `rejected`: the request is wrong and stays wrong. `unknown-log`:
 * the sequencer has no such log. `stopped`: the log has stopped, an operator is needed. `not-allowed`: this client may
 * not. `defect`: a defect of the sequencer. `contradiction`: the answer contradicts itself or what was asked.
 */
export type SequencerFailureCode =
  | 'unreachable'
  | 'deadline'
  | 'uncertain'
  | 'overloaded'
  | 'frozen'
  | 'rejected'
  | 'unknown-log'
  | 'stopped'
  | 'not-allowed'
  | 'defect'
  | 'contradiction';

/** Why a call to the sequencer was not answered, and what it said itself. */
export interface SequencerFailure {
  readonly code: SequencerFailureCode;
  /** For the log of this service; may name things inside that are not for clients. */
  readonly message: string;
  /** How long to wait before the next try, when the sequencer said so. */
  readonly retryAfterMs?: number;
}

/** What comes of a call: an answer, or why there is none. */
export type Answer<T> =
  { readonly kind: 'answered'; readonly value: T } | { readonly kind: 'failed'; readonly failure: SequencerFailure };

/**
 * One log of the sequencer, as this personality uses it. Each call has a deadline of its own. Only an aborted signal makes
 * a call throw; everything else is an answer.
 */
export interface SequencerLog {
  getLog(signal?: AbortSignal): Promise<Answer<LogReport>>;
  /** Appends 1 to 1,024 entries of together at most 4 MiB. */
  add(entries: readonly LogEntry[], waitFor: WaitFor, signal?: AbortSignal): Promise<Answer<Added>>;
  /** Integrates now, and publishes a new checkpoint even if the tree did not grow. */
  integrate(signal?: AbortSignal): Promise<Answer<Integrated>>;
  /** Stores an immutable object next to the tiles. @returns its path below the monitoring prefix. */
  putAttachment(content: Uint8Array, signal?: AbortSignal): Promise<Answer<string>>;
  /**
   * Calls `onCheckpoint` with the current checkpoint and with every one published from then on.
   *
   * @returns why the stream ended.
   */
  watchCheckpoints(
    onCheckpoint: (checkpoint: PublishedCheckpoint) => void,
    signal: AbortSignal,
  ): Promise<SequencerFailure>;
}

/** An answer. */
export function answered<T>(value: T): Answer<T> {
  return { kind: 'answered', value };
}

/** No answer. */
export function failed(code: SequencerFailureCode, message: string): Answer<never> {
  return { kind: 'failed', failure: { code, message } };
}
