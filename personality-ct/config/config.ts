import { z } from 'zod';
import { listenAddress, peerAddress, type Address } from '../../service/address.js';
import { loadConfig, resolveFromConfig } from '../../service/config-file.js';
import { duration } from '../../service/duration.js';
import { logSchema, type LogConfig } from './log-config.js';

/** The configuration of the personality. */
export interface Config {
  /** The public door. `bodyDeadline`: how long a body may take to arrive, in ms; default 10s. */
  readonly http: { readonly listen: Address; readonly bodyDeadline: number };
  /** The operations door: /livez, /readyz, /metrics. */
  readonly ops: { readonly listen: Address };
  /**
   * The sequencer of the logs. `timeout`: how long a call to it may take, in ms; default 5s. A publication takes some
   * 200 ms.
   */
  readonly sequencer: { readonly address: Address; readonly timeout: number };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** At least one. */
  readonly logs: readonly LogConfig[];
}

const DEFAULT_BODY_DEADLINE_MS = 10_000;
const DEFAULT_SEQUENCER_TIMEOUT_MS = 5_000;

/** The schema of the configuration file. */
export const configSchema: z.ZodType<Config> = z.strictObject({
  http: z.strictObject({
    listen: listenAddress(),
    bodyDeadline: duration({ minMs: 100, maxMs: 300_000 }).default(DEFAULT_BODY_DEADLINE_MS),
  }),
  ops: z.strictObject({ listen: listenAddress() }),
  sequencer: z.strictObject({
    address: peerAddress(),
    timeout: duration({ minMs: 100, maxMs: 60_000 }).default(DEFAULT_SEQUENCER_TIMEOUT_MS),
  }),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  logs: z
    .array(logSchema)
    .min(1)
    .superRefine(refuseSameNames, { when: ({ value }) => Array.isArray(value) }),
});

/** Reads the configuration file. Paths in it start at its directory. @throws ConfigError with every problem. */
export async function loadPersonalityConfig(file: string): Promise<Config> {
  const config = await loadConfig(configSchema, file);
  return { ...config, logs: config.logs.map((log) => withPaths(log, file)) };
}

function withPaths(log: LogConfig, file: string): LogConfig {
  return {
    ...log,
    keyFile: resolveFromConfig(file, log.keyFile),
    roots: log.roots.map((path) => resolveFromConfig(file, path)),
  };
}

function refuseSameNames(logs: readonly (Partial<LogConfig> | undefined)[], context: z.RefinementCtx): void {
  const names = logs.map((log) => log?.name);
  names.forEach((name, i) => {
    if (name === undefined || names.indexOf(name) === i) return;
    context.addIssue({ code: 'custom', path: [i, 'name'], message: `another log has the name '${name}' already` });
  });
}
