import { randomBytes } from 'node:crypto';
import { systemClock } from '../service/clock.js';
import { resolveFromConfig } from '../service/config-file.js';
import { readPrivateKey } from '../service/key-file.js';
import type { Logger } from '../service/logger.js';
import { nativeHasher } from '../service/native-hasher.js';
import { StartupError } from '../service/startup-error.js';
import type { LogConfig } from './config/sequencer-config.js';
import { layoutOf } from './core/layout.js';
import type { LogIdentity } from './core/log-identity.js';
import { SequencerError } from './core/sequencer-error.js';
import { openLmdbIndex } from './index/lmdb-index.js';
import { createMemoryIndex } from './index/memory-index.js';
import type { CheckpointSigner } from './ports/checkpoint-signer.js';
import type { IdentityIndex } from './ports/identity-index.js';
import type { LogDeps } from './ports/log-deps.js';
import type { LogMetrics } from './ports/log-metrics.js';
import { StoreError, type LogStore } from './ports/store.js';
import { createEd25519Signer } from './signers/ed25519-signer.js';
import { createRfc6962Signer } from './signers/rfc6962-signer.js';
import { establishIdentity } from './steps/establish-identity.js';
import { createMemoryLogStore } from './storage/memory/memory-store.js';
import { openLogDirectory } from './storage/posix/log-directory.js';

/** What one log needs of the world, opened and held by this process. */
export interface LogResources {
  readonly config: LogConfig;
  readonly deps: LogDeps;
  readonly release: () => Promise<void>;
}

interface OpenStore {
  readonly store: LogStore;
  readonly index: IdentityIndex;
  readonly release: () => Promise<void>;
}

/**
 * Opens the keys, the store and the index of one log, and makes sure that the store is its own.
 *
 * @throws StartupError in one sentence for what the operator can mend.
 */
export async function openLogResources(
  config: LogConfig,
  context: { readonly configFile: string; readonly log: Logger; readonly metrics: LogMetrics },
): Promise<LogResources> {
  const { name, origin, layout } = config;
  const signers = await loadSigners(config, context);
  const identity: LogIdentity = { name, origin, layout, publicKeys: signers.map(({ publicKey }) => publicKey) };
  const { store, index, release } = await openStore(config, { ...context, identity });
  const deps: LogDeps = {
    identity,
    layout: layoutOf(layout),
    store,
    index,
    signers,
    hasher: nativeHasher,
    clock: systemClock,
    randomBytes,
    log: context.log,
    metrics: context.metrics,
  };
  try {
    await refuseForeignStore(deps);
  } catch (error) {
    await release();
    throw error;
  }
  return { config, deps, release };
}

async function loadSigners(
  { origin, signers }: LogConfig,
  { configFile, log }: { readonly configFile: string; readonly log: Logger },
): Promise<CheckpointSigner[]> {
  return Promise.all(
    signers.map(async ({ type, keyFile }) => {
      const key = await readPrivateKey(resolveFromConfig(configFile, keyFile), type === 'rfc6962' ? 'p256' : 'ed25519');
      if (key.warning !== undefined) log.warn(key.warning);
      return type === 'rfc6962' ? createRfc6962Signer(origin, key) : createEd25519Signer(origin, key);
    }),
  );
}

async function openStore(
  { name, store }: LogConfig,
  context: { readonly configFile: string; readonly identity: LogIdentity },
): Promise<OpenStore> {
  if ('memory' in store) {
    const index = createMemoryIndex();
    return { store: createMemoryLogStore(), index, release: async () => index.close() };
  }
  const directory = await openLogDirectory(resolveFromConfig(context.configFile, store.posix.directory));
  if ('refused' in directory) throw new StartupError(`log ${name}: ${directory.refused}`);
  try {
    const owner = context.identity.publicKeys[0]?.verifierKey ?? '';
    const index = await openLmdbIndex({ path: directory.indexPath, log: owner });
    return {
      store: directory.store,
      index,
      async release() {
        await index.close();
        await directory.release();
      },
    };
  } catch (error) {
    await directory.release();
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'it is a cache: it may be removed, and is then rebuilt';
    throw new StartupError(
      `log ${name}: the deduplication index ${directory.indexPath} cannot be opened: ${why}; ${remedy}`,
      { cause: error },
    );
  }
}

/** A store that has lost its identity stops its log alone, and later; one that is another log's stops the start. */
async function refuseForeignStore(deps: LogDeps): Promise<void> {
  try {
    await establishIdentity(deps);
  } catch (error) {
    const isForeign = error instanceof SequencerError && error.detail.code === 'precondition';
    if (!isForeign && !(error instanceof StoreError)) return;
    const because = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new StartupError(`log ${deps.identity.name}: ${error.message}${because}`, { cause: error });
  }
}
