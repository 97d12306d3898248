import { fastify } from 'fastify';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { formatAddress, type Address } from './address.js';
import type { Logger } from './logger.js';
import { listenFailure } from './startup-error.js';

/** Whether a service can do its work at this moment, and if not, why. */
export interface Readiness {
  readonly ready: boolean;
  /** One sentence for each thing that is wrong; empty when ready. */
  readonly reasons: readonly string[];
}

/** The operations door of a service. */
export interface OpsServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The longest that an operations request may take to arrive, in ms: they are small and come from nearby. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Serves `/livez` (200 while the process answers at all), `/readyz` (200, or 503 with the reasons) and `/metrics`
 * (Prometheus text), each for GET and HEAD.
 *
 * @throws StartupError when the address cannot be listened at.
 */
export async function startOpsServer(options: {
  listen: Address;
  registry: Registry;
  readiness: () => Readiness;
  log: Logger;
}): Promise<OpsServer> {
  const { listen, registry, readiness, log } = options;
  const server = fastify({ logger: false, requestTimeout: REQUEST_TIMEOUT_MS, forceCloseConnections: true });
  server.get('/livez', () => ({ live: true }));
  server.get('/readyz', (_request, reply) => {
    const state = readiness();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  try {
    await server.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    throw listenFailure(error, { at: listen, setting: 'ops.listen' });
  }
  const { port } = server.server.address() as AddressInfo;
  const url = `http://${formatAddress({ host: listen.host, port })}`;
  log.info({ url }, 'operations door open');
  return { url, close: () => server.close() };
}
