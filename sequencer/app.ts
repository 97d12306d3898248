import { Registry } from 'prom-client';
import { systemClock } from '../service/clock.js';
import { loadConfig } from '../service/config-file.js';
import type { RunningService, ServiceContext } from '../service/lifecycle.js';
import type { Logger } from '../service/logger.js';
import { nativeHasher } from '../service/native-hasher.js';
import { startOpsServer, type Readiness } from '../service/ops-server.js';
import { openLogResources, type LogResources } from './app-log.js';
import { sequencerConfig, type SequencerConfig } from './config/sequencer-config.js';
import { startReadServer } from './http/read-server.js';
import { createLogMetrics, registerLogGauges } from './ops/metrics.js';
import { startRpcServer } from './rpc/rpc-server.js';
import type { LogState } from './steps/log-state.js';
import { createLog, type Log } from './steps/log.js';

/** Something that was started and has to be ended. */
type Ending = () => Promise<void>;

/**
 * Starts a sequencer process: every log of the configuration, and its doors. Logs recover in the background; a log that
 * cannot stops alone.
 *
 * @throws ConfigError, StartupError. Whatever was started by then is ended again.
 */
export async function startSequencer({ configFile }: ServiceContext, log: Logger): Promise<RunningService> {
  const config = await loadConfig(sequencerConfig, configFile);
  const endings: Ending[] = [];
  const drain = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const addresses = await start(config, { configFile, log, endings });
    return { addresses, drain };
  } catch (error) {
    await drain();
    throw error;
  }
}

interface Starting {
  readonly configFile: string;
  readonly log: Logger;
  /** What was started, in the order of its start. */
  readonly endings: Ending[];
}

async function start(config: SequencerConfig, { configFile, log, endings }: Starting): Promise<Record<string, string>> {
  const registry = new Registry();
  const metricsOf = createLogMetrics(registry);
  const resources: LogResources[] = [];
  for (const one of config.logs) {
    const opened = await openLogResources(one, { configFile, log, metrics: metricsOf(one.name) });
    endings.push(opened.release);
    resources.push(opened);
  }
  const modes = createModeRelay();
  const logs = new Map(resources.map((opened) => [opened.config.name, openLog(opened, modes)]));
  registerLogGauges(registry, logs);
  return openDoors(config, { logs, modes, resources, registry, log, endings });
}

function openLog({ config, deps }: LogResources, modes: ModeRelay): Log {
  return createLog(deps, {
    integrationDelayMs: config.integrationDelay,
    onMode: (mode) => {
      modes.tell(config.name, mode);
    },
  });
}

/** The logs drain first, with the doors still open, so that whoever waits for publication is answered. */
async function openDoors(
  config: SequencerConfig,
  context: {
    readonly logs: ReadonlyMap<string, Log>;
    readonly modes: ModeRelay;
    readonly resources: readonly LogResources[];
    readonly registry: Registry;
    readonly log: Logger;
    readonly endings: Ending[];
  },
): Promise<Record<string, string>> {
  const { logs, modes, log, endings } = context;
  const doors: Ending[] = [];
  endings.push(
    async () => closeAll(doors),
    async () => closeAll([...logs.values()].map((one) => one.drain)),
  );
  const rpc = await startRpcServer({ logs, hasher: nativeHasher, log, listen: config.rpc.listen, clock: systemClock });
  doors.push(rpc.close);
  modes.connect(rpc.setMode);
  const addresses: Record<string, string> = { rpc: rpc.address };
  if (config.read !== undefined) {
    const stores = new Map(context.resources.map(({ deps }) => [deps.identity.name, deps.store.public]));
    const read = await startReadServer({ listen: config.read.listen, stores, log, clock: systemClock });
    doors.push(async () => read.close());
    addresses['read'] = read.url;
  }
  const { registry } = context;
  const ops = await startOpsServer({ listen: config.ops.listen, registry, readiness: () => readiness(logs), log });
  doors.push(ops.close);
  return { ...addresses, ops: ops.url };
}

async function closeAll(endings: readonly Ending[]): Promise<void> {
  await Promise.all(endings.map(async (end) => end()));
}

function readiness(logs: ReadonlyMap<string, Log>): Readiness {
  const reasons = [...logs].flatMap(([name, log]) => {
    const { mode, stopReason } = log.state();
    return mode === 'serving' ? [] : [`log ${name} is ${mode}${stopReason === '' ? '' : `: ${stopReason}`}`];
  });
  return { ready: reasons.length === 0, reasons };
}

type SetMode = (log: string, mode: LogState['mode']) => void;

/** Logs open before the door that reports on them: what they say until then is kept. */
interface ModeRelay {
  readonly tell: SetMode;
  connect(receive: SetMode): void;
}

function createModeRelay(): ModeRelay {
  const newest = new Map<string, LogState['mode']>();
  let receiver: SetMode | undefined;
  return {
    tell(log, mode) {
      newest.set(log, mode);
      receiver?.(log, mode);
    },
    connect(receive) {
      receiver = receive;
      for (const [log, mode] of newest) receive(log, mode);
    },
  };
}
