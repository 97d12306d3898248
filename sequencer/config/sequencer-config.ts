import { z } from 'zod';
import { listenAddress, type Address } from '../../service/address.js';
import { duration } from '../../service/duration.js';
import type { LayoutName } from '../core/layout.js';
import { refuseShared, refuseWrongSigners } from './contradictions.js';

/** The longest that entries may wait for their integration, in ms: beyond it nobody would wait for PUBLISHED. */
const INTEGRATION_DELAY_MAX_MS = 60_000;

/** 200 ms: short enough for a client that waits for publication, long enough that a busy log writes few partial tiles. */
const INTEGRATION_DELAY_DEFAULT = '200ms';

/** What the origin may consist of, as it names the keys of the log too. Source: c2sp.org/signed-note. */
const NAME_OF_KEYS = /^[^\p{White_Space}\p{Surrogate}\p{Cc}+]+$/u;

/** The configuration of a sequencer process. */
export interface SequencerConfig {
  /** The gRPC door. */
  readonly rpc: { readonly listen: Address };
  /** The HTTP read side; left out where something else serves the public directories. */
  readonly read?: { readonly listen: Address } | undefined;
  /** The operations door. */
  readonly ops: { readonly listen: Address };
  /** The logs of this process, at least one, each with its own name. */
  readonly logs: readonly LogConfig[];
}

/** The configuration of one log. */
export interface LogConfig {
  /** Names the log in every rpc, and its path in the read side. Matches [a-z0-9][a-z0-9-]{0,62}. */
  readonly name: string;
  /** The origin line of its checkpoints: for CT the submission prefix without scheme and without trailing slash. */
  readonly origin: string;
  /** How entries are encoded in public. */
  readonly layout: LayoutName;
  /** Where the log is stored: a directory, relative to the configuration file, or memory, which ends with the process. */
  readonly store: { readonly posix: { readonly directory: string } } | { readonly memory: object };
  /**
   * The keys that sign checkpoints, PEM files relative to the configuration file. The first is the log's own, and never
   * changes. rfc6962: tree heads by a P-256 key, what a static-ct log needs; ed25519: notes by an Ed25519 key.
   */
  readonly signers: readonly { readonly type: 'rfc6962' | 'ed25519'; readonly keyFile: string }[];
  /** From the first unintegrated entry to its integration, in ms. Default 200. */
  readonly integrationDelay: number;
}

const posixStore = z.strictObject({ posix: z.strictObject({ directory: z.string().min(1) }) });

const memoryStore = z.strictObject({ memory: z.strictObject({}) });

const signer = z.strictObject({ type: z.enum(['rfc6962', 'ed25519']), keyFile: z.string().min(1) });

const log = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must match [a-z0-9][a-z0-9-]{0,62}'),
    origin: z.string().regex(NAME_OF_KEYS, 'must not be empty, and have no spaces, no control characters and no plus'),
    layout: z.enum(['static-ct', 'tlog-tiles']),
    store: z.union([posixStore, memoryStore]),
    signers: z.array(signer).min(1),
    integrationDelay: duration({ maxMs: INTEGRATION_DELAY_MAX_MS }).prefault(INTEGRATION_DELAY_DEFAULT),
  })
  // Also when single settings are wrong, so that every problem is reported at once.
  .superRefine(refuseWrongSigners, { when: ({ value }) => typeof value === 'object' && value !== null });

/** Reads the configuration of a sequencer process. */
export const sequencerConfig: z.ZodType<SequencerConfig> = z.strictObject({
  rpc: z.strictObject({ listen: listenAddress() }),
  read: z.strictObject({ listen: listenAddress() }).optional(),
  ops: z.strictObject({ listen: listenAddress() }),
  logs: z
    .array(log)
    .min(1)
    .superRefine(refuseShared, { when: ({ value }) => Array.isArray(value) }),
});
