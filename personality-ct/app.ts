import { Registry } from 'prom-client';
import { formatAddress } from '../service/address.js';
import type { Clock } from '../service/clock.js';
import { ConfigError } from '../service/config-error.js';
import { readPrivateKey, type PrivateKey } from '../service/key-file.js';
import type { RunningService } from '../service/lifecycle.js';
import type { Logger } from '../service/logger.js';
import { nativeHasher } from '../service/native-hasher.js';
import { startOpsServer } from '../service/ops-server.js';
import { StartupError } from '../service/startup-error.js';
import { createAppLog, type AppLog } from './app-log.js';
import { createSequencerClient, type SequencerClient } from './clients/sequencer-client.js';
import type { Config } from './config/config.js';
import type { LogConfig } from './config/log-config.js';
import type { RootSet } from './core/roots.js';
import { startHttpServer } from './http/server.js';
import { createMetrics, type Metrics } from './ops/metrics.js';
import { readinessOf } from './ops/readiness.js';
import { loadRoots } from './roots/load-roots.js';

/** What the personality takes from the machine that it runs on. */
interface Machine {
  readonly clock: Clock;
  /** A number in [0, 1), another one each time. */
  readonly dice: () => number;
  readonly log: Logger;
}

/** The files of one log, read. */
interface LogMaterial {
  readonly config: LogConfig;
  readonly key: PrivateKey;
  readonly roots: RootSet;
}

/**
 * Starts the personality. A sequencer that is not there yet is no reason not to start: it is waited for, unready.
 *
 * @throws ConfigError with every problem of the files that the configuration names; StartupError when an address cannot
 * be listened at.
 */
export async function startPersonality(config: Config, machine: Machine): Promise<RunningService> {
  const { clock, log } = machine;
  const materials = await readMaterials(config.logs, log);
  const registry = new Registry();
  const metrics = createMetrics(registry);
  const client = createSequencerClient({ ...config.sequencer, timeoutMs: config.sequencer.timeout, clock });
  const logs = materials.map((material) => assemble(material, { machine, client, metrics }));
  metrics.watchLogs(logs.map(({ gauges }) => gauges));

  let draining = false;
  const readiness = (): ReturnType<typeof readinessOf> =>
    readinessOf(
      logs.map(({ facts }) => facts),
      draining,
    );
  const ops = await startOpsServer({ listen: config.ops.listen, registry, readiness, log });
  const http = await startHttpServer({
    listen: config.http.listen,
    logs: logs.map(({ served }) => served),
    bodyDeadlineMs: config.http.bodyDeadline,
    clock,
    log,
  }).catch(async (error: unknown) => {
    await ops.close();
    client.close();
    throw error;
  });
  const stop = new AbortController();
  const running = Promise.all(logs.map((appLog) => appLog.run(stop.signal)));
  const addresses = { http: http.url, ops: ops.url };
  log.info({ ...addresses, sequencer: formatAddress(config.sequencer.address), logs: names(logs) }, 'serving');
  return {
    addresses,
    async drain() {
      draining = true;
      log.info('draining');
      // The timers go on while submissions in flight end: their SCTs need a fresh checkpoint.
      await http.drain();
      stop.abort();
      await running;
      client.close();
      await ops.close();
      log.info('drained');
    },
  };
}

function assemble(
  { config, key, roots }: LogMaterial,
  { machine, client, metrics }: { machine: Machine; client: SequencerClient; metrics: Metrics },
): AppLog {
  const sequencer = client.log(config.sequencerLog);
  return createAppLog({ config, key, roots, sequencer, meters: metrics.forLog(config.name), ...machine });
}

function names(logs: readonly AppLog[]): string[] {
  return logs.map(({ facts }) => facts.name);
}

/** Reads the files of all logs before anything listens. @throws ConfigError with the problems of all of them. */
async function readMaterials(configs: readonly LogConfig[], log: Logger): Promise<LogMaterial[]> {
  const read = await Promise.all(configs.map(readMaterial));
  const problems = read.flatMap((material, i) =>
    material.problems.map((problem) => `log ${configs[i]?.name}: ${problem}`),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return read.flatMap(({ config, key, roots }) => {
    if (key === undefined) return [];
    if (key.warning !== undefined) log.warn({ log: config.name }, key.warning);
    log.info({ log: config.name, roots: roots.size }, 'roots loaded');
    return [{ config, key, roots }];
  });
}

async function readMaterial(
  config: LogConfig,
): Promise<{ config: LogConfig; key: PrivateKey | undefined; roots: RootSet; problems: readonly string[] }> {
  const [key, loaded] = await Promise.all([
    readPrivateKey(config.keyFile, 'p256').catch((error: unknown) => {
      if (error instanceof StartupError) return error;
      throw error;
    }),
    loadRoots(nativeHasher, config.roots),
  ]);
  const { roots, problems } = loaded;
  if (key instanceof StartupError) return { config, key: undefined, roots, problems: [key.message, ...problems] };
  return { config, key, roots, problems };
}
