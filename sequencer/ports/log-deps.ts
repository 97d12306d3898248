import type { Clock } from '../../service/clock.js';
import type { Logger } from '../../service/logger.js';
import type { Hasher } from '../../tlog/hash.js';
import type { Layout } from '../core/layout.js';
import type { LogIdentity } from '../core/log-identity.js';
import type { CheckpointSigner } from './checkpoint-signer.js';
import type { IdentityIndex } from './identity-index.js';
import type { LogMetrics } from './log-metrics.js';
import type { LogStore } from './store.js';

/** All that the steps of one log touch of the world. */
export interface LogDeps {
  readonly identity: LogIdentity;
  readonly layout: Layout;
  readonly store: LogStore;
  readonly index: IdentityIndex;
  /** At least one; the first is the log's own. */
  readonly signers: readonly CheckpointSigner[];
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
  readonly metrics: LogMetrics;
}
