import type { Clock } from '../service/clock.js';
import type { PrivateKey } from '../service/key-file.js';
import type { Logger } from '../service/logger.js';
import { nativeHasher } from '../service/native-hasher.js';
import type { LogConfig } from './config/log-config.js';
import type { ChainJudge } from './core/judge.js';
import type { RootSet } from './core/roots.js';
import { decodeBase64 } from './crypto/base64.js';
import { createIssuerCache } from './crypto/issuer-cache.js';
import { createSctKey } from './crypto/sct-key.js';
import { createSignatureVerifier } from './crypto/signature-verifier.js';
import type { ServedLog } from './http/log-routes.js';
import type { LogGauges } from './ops/metrics.js';
import type { LogFacts } from './ops/readiness.js';
import type { LogMeters } from './ports/meters.js';
import type { SequencerLog } from './ports/sequencer.js';
import { createCheckpointView } from './steps/checkpoint-view.js';
import { createCoalescer } from './steps/coalesce.js';
import { createIssuance } from './steps/issuance.js';
import { createIssuerStore } from './steps/issuers.js';
import { createLogWatch } from './steps/log-watch.js';
import { keepFresh } from './steps/refresh-timer.js';
import { createSubmit } from './steps/submit.js';

/** What one log is made of. */
export interface AppLogDeps {
  readonly config: LogConfig;
  readonly key: PrivateKey;
  readonly roots: RootSet;
  readonly sequencer: SequencerLog;
  readonly clock: Clock;
  /** A number in [0, 1), another one each time. */
  readonly dice: () => number;
  readonly meters: LogMeters;
  readonly log: Logger;
}

/** One log, put together: what the doors need of it, and what it does by itself. */
export interface AppLog {
  readonly served: ServedLog;
  readonly facts: LogFacts;
  readonly gauges: LogGauges;
  /** Follows the log and renews its checkpoint, until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

/** Puts one log together. */
export function createAppLog(deps: AppLogDeps): AppLog {
  const { config, key, roots, sequencer, clock, dice, meters } = deps;
  const { name } = config;
  const log = deps.log.child({ log: name });
  const signer = createSctKey(nativeHasher, key.privateKey);
  const policy = { mmdMs: config.mmd, refreshAgeMs: config.refreshAge };
  const view = createCheckpointView(clock);
  const issuers = createIssuerStore(sequencer);
  const expected = { origin: config.origin, spki: signer.spki };
  const watch = createLogWatch({ sequencer, expected, view, clock, dice, log, onConnected: issuers.forget });
  const issuance = createIssuance({ watch, view, policy, clock });
  const coalescer = createCoalescer({ sequencer, waitFor: config.waitFor, clock, meters });
  const judge = judgeOf(config, roots);
  const submit = createSubmit({
    ...{ judge: () => judge, decodeBase64, issuance, issuers, coalescer, signer, clock, meters, log },
    readOnlyFrom: config.readOnlyFrom,
  });
  const rootCount = (): number => roots.size;
  return {
    served: { name, submit, roots: () => roots, description: descriptionOf(config, signer) },
    facts: { name, status: watch.status, issuance, rootCount },
    gauges: {
      name,
      checkpointAgeMs: view.ageMs,
      isIssuing: () => issuance().kind === 'open',
      isReachable: () => watch.status().kind !== 'unreachable',
      rootCount,
    },
    async run(signal) {
      await Promise.all([
        watch.run(signal),
        keepFresh({ sequencer, watch, view, policy, clock, dice, meters, log }, signal),
      ]);
    },
  };
}

function judgeOf(config: LogConfig, roots: RootSet): ChainJudge {
  return {
    roots,
    rules: config,
    verifySignature: createSignatureVerifier(),
    readIssuer: createIssuerCache(nativeHasher),
  };
}

function descriptionOf(
  config: LogConfig,
  { logId, spki }: Pick<ServedLog['description'], 'logId' | 'spki'>,
): ServedLog['description'] {
  const { description, submissionUrl, monitoringUrl, mmd, notAfterStart, notAfterLimit, logType } = config;
  return { description, logId, spki, submissionUrl, monitoringUrl, mmdMs: mmd, notAfterStart, notAfterLimit, logType };
}
