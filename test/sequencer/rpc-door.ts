import { credentials, status as GrpcStatus, type ClientUnaryCall, type ServiceError } from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import { SequencerServiceClient } from '../../proto/gen/andamento/v1/sequencer.js';
import { BadRequest, RetryInfo } from '../../proto/gen/google/rpc/error_details.js';
import { Status } from '../../proto/gen/google/rpc/status.js';
import { startRpcServer, type RpcServer } from '../../sequencer/rpc/rpc-server.js';
import { createLog, type Log, type LogOptions } from '../../sequencer/steps/log.js';
import type { LogDeps } from '../../sequencer/ports/log-deps.js';
import { systemClock, type Clock } from '../../service/clock.js';
import { createLogger, type Logger } from '../../service/logger.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { createTestDeps, type TestDepsOptions } from '../log-deps.js';

/** The gRPC door over some logs, on a free port, and a client in front of it. */
export interface RpcDoor {
  readonly server: RpcServer;
  readonly client: SequencerServiceClient;
  close(): Promise<void>;
}

export async function openRpcDoor(
  logs: readonly Log[],
  { clock = systemClock, log = silent }: { readonly clock?: Clock; readonly log?: Logger } = {},
): Promise<RpcDoor> {
  const byName = new Map(logs.map((one) => [one.identity.name, one]));
  const listen = { host: '127.0.0.1', port: 0 };
  const server = await startRpcServer({ logs: byName, hasher: nativeHasher, log, listen, clock });
  const client = new SequencerServiceClient(server.address, credentials.createInsecure());
  return {
    server,
    client,
    async close() {
      client.close();
      await server.close();
    },
  };
}

const silent = createLogger({ service: 'test', level: 'silent' });

/** Long enough that a test which wants no integration sees none. */
const NEVER_MS = 60_000;

interface TestLogOptions extends TestDepsOptions, Partial<LogOptions> {
  readonly name?: string;
  /** In place of the clock that stands still. */
  readonly time?: Clock;
}

/** A log in memory that has settled: it serves, or it has stopped. It integrates when it is asked to. */
export async function openTestLog(options: TestLogOptions = {}): Promise<Log> {
  const { name = 'test', integrationDelayMs = NEVER_MS } = options;
  const made = createTestDeps(options);
  const deps: LogDeps = { ...made, identity: { ...made.identity, name }, clock: options.time ?? made.clock };
  return new Promise((resolve) => {
    const log = createLog(deps, {
      integrationDelayMs,
      onMode(mode) {
        options.onMode?.(mode);
        resolve(log);
      },
    });
  });
}

/** The answer to one call: `ask((done) => client.getLog({ log: '' }, done))`. */
export async function ask<Response>(
  start: (done: (error: ServiceError | null, response: Response) => void) => ClientUnaryCall,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}

/** Asserts that a call ends with this status, and returns it. */
export async function failsWith(code: keyof typeof GrpcStatus, answer: Promise<unknown>): Promise<ServiceError> {
  const error = await answer.then(
    () => assert.fail(`got an answer, want ${code}`),
    (failure: unknown) => failure as ServiceError,
  );
  assert.equal(GrpcStatus[error.code], code, error.message);
  return error;
}

/** What google.rpc.Status in the trailers says. */
export function detailsOf(error: ServiceError): {
  status: Status | undefined;
  violations: { field: string; description: string }[];
  retryAfterMs: number | undefined;
} {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  if (bytes === undefined) return { status: undefined, violations: [], retryAfterMs: undefined };
  const status = Status.decode(bytes as Buffer);
  const find = (type: string): Buffer | undefined =>
    status.details.find(({ typeUrl }) => typeUrl === `type.googleapis.com/google.rpc.${type}`)?.value;
  const badRequest = find('BadRequest');
  const retryInfo = find('RetryInfo');
  const delay = retryInfo && RetryInfo.decode(retryInfo).retryDelay;
  return {
    status,
    violations:
      badRequest === undefined
        ? []
        : BadRequest.decode(badRequest).fieldViolations.map(({ field, description }) => ({ field, description })),
    retryAfterMs: delay && delay.seconds * 1_000 + delay.nanos / 1_000_000,
  };
}
