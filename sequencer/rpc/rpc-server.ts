import { Server, ServerCredentials, setLogger } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { SequencerServiceService } from '../../proto/gen/andamento/v1/sequencer.js';
import { formatAddress, type Address } from '../../service/address.js';
import type { Clock } from '../../service/clock.js';
import type { Logger } from '../../service/logger.js';
import { listenFailure } from '../../service/startup-error.js';
import { CALL_SIZE_MAX_BYTES } from '../core/limits.js';
import type { LogState } from '../steps/log-state.js';
import { readAddRequest } from './add-request.js';
import { createReflection } from './reflection.js';
import { createSequencerService, type ServiceDeps } from './sequencer-service.js';

/** The gRPC door. */
export interface RpcServer {
  /** `host:port`, with the port that was really taken. */
  readonly address: string;
  /** Tells the health service what a log does; the empty service name serves while every log does. */
  readonly setMode: (log: string, mode: LogState['mode']) => void;
  /** Takes no new calls, lets those in flight end, and closes every connection. */
  readonly close: () => Promise<void>;
}

/** The service name under which health reports all logs together, and, with `/<log>` behind it, one of them. */
const SERVICE_NAME = 'andamento.v1.SequencerService';

const SERVICE = {
  ...SequencerServiceService,
  add: { ...SequencerServiceService.add, requestDeserialize: readAddRequest },
};

/** A message may be larger than its entries by the frames of the fields: 1,024 entries need less than this. */
const MESSAGE_MAX_BYTES = 2 * CALL_SIZE_MAX_BYTES;

/** A client that has gone without a word is noticed after these, in ms. */
const KEEPALIVE_TIME_MS = 30_000;
const KEEPALIVE_TIMEOUT_MS = 10_000;

/** How long calls in flight may take to end when the door closes, in ms. */
const CLOSE_GRACE_MS = 5_000;

/**
 * Opens the gRPC door: SequencerService, health and reflection.
 *
 * @throws StartupError when the address cannot be listened at.
 */
export async function startRpcServer(
  deps: Omit<ServiceDeps, 'leader'> & { readonly listen: Address; readonly clock: Clock },
): Promise<RpcServer> {
  hushLibrary(deps.log);
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_MAX_BYTES,
    'grpc.max_send_message_length': MESSAGE_MAX_BYTES,
    'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  });
  let address = '';
  server.addService(SERVICE, createSequencerService({ ...deps, leader: () => address }));
  const names = [...deps.logs.keys()];
  const health = createHealth(names);
  health.addToServer(server);
  createReflection().addToServer(server);
  const port = await listen(server, deps.listen);
  address = formatAddress({ host: deps.listen.host, port });
  deps.log.info({ address }, 'rpc door open');
  return {
    address,
    setMode: healthReporter(health, names),
    close: async () => closeServer(server, deps.clock),
  };
}

/** By itself the library writes on stderr, beside the sentence with which a start fails. */
function hushLibrary(log: Logger): void {
  const tell = (...texts: unknown[]): void => {
    log.debug({ texts }, 'the gRPC library says');
  };
  setLogger({ error: tell, info: tell, debug: tell });
}

/** Every log is known from the beginning: one that has not said anything yet is starting. */
function createHealth(names: readonly string[]): HealthImplementation {
  const services = ['', SERVICE_NAME, ...names.map(serviceOf)];
  return new HealthImplementation(Object.fromEntries(services.map((service) => [service, 'NOT_SERVING'])));
}

function serviceOf(log: string): string {
  return `${SERVICE_NAME}/${log}`;
}

function healthReporter(health: HealthImplementation, names: readonly string[]): RpcServer['setMode'] {
  const serving = new Map(names.map((name) => [name, false]));
  return (log, mode) => {
    serving.set(log, mode === 'serving');
    health.setStatus(serviceOf(log), mode === 'serving' ? 'SERVING' : 'NOT_SERVING');
    const all = [...serving.values()].every((one) => one) ? 'SERVING' : 'NOT_SERVING';
    for (const service of ['', SERVICE_NAME]) health.setStatus(service, all);
  };
}

async function listen(server: Server, at: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(formatAddress(at), ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(listenFailure(error, { at, setting: 'rpc.listen' }));
    });
  });
}

async function closeServer(server: Server, clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = clock.schedule(CLOSE_GRACE_MS, () => {
      server.forceShutdown();
    });
    server.tryShutdown(() => {
      cancel();
      resolve();
    });
  });
}
