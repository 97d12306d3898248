import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAddress, type Address } from '../../service/address.js';
import type { Clock } from '../../service/clock.js';
import type { Logger } from '../../service/logger.js';
import { withSingleSlashes } from '../../service/request-url.js';
import { listenFailure } from '../../service/startup-error.js';
import { BodyError, readBody } from './body.js';
import { answerOfBody, malformedRequest, methodNotAllowed, notFound, unexpected } from './error-table.js';
import { addLogRoutes, placesOf, type ServedLog } from './log-routes.js';
import { sendAnswer, sendAnswerEarly } from './send.js';

/** The public door of the personality. */
export interface HttpServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string;
  /** Stops accepting, and returns when every request in flight is answered, or after DRAIN_MAX_MS. */
  drain(): Promise<void>;
}

/** How long the head of a request may take to arrive, in ms. */
const HEAD_DEADLINE_MS = 5_000;

/** How often Node.js looks for requests that are too slow, in ms: its default of 30 s would make the deadlines longer. */
const CHECKING_INTERVAL_MS = 1_000;

/** How long a connection may be idle between two requests, in ms: longer than the 60 s of common load balancers. */
const KEEP_ALIVE_MS = 75_000;

/** How long requests in flight may take after the door was closed, in ms. Kubernetes kills after 30 s. */
const DRAIN_MAX_MS = 20_000;

/** Opens the door. @throws StartupError when the address cannot be listened at. */
export async function startHttpServer(options: {
  readonly listen: Address;
  readonly logs: readonly ServedLog[];
  readonly bodyDeadlineMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<HttpServer> {
  const { listen, logs, bodyDeadlineMs, clock, log } = options;
  const server = fastify({
    logger: false,
    // A request that comes while the door closes, on a connection that was open, is still answered.
    return503OnClosing: false,
    keepAliveTimeout: KEEP_ALIVE_MS,
    rewriteUrl: ({ url }) => withSingleSlashes(url ?? '/'),
    requestTimeout: HEAD_DEADLINE_MS + bodyDeadlineMs,
    http: { headersTimeout: HEAD_DEADLINE_MS, connectionsCheckingInterval: CHECKING_INTERVAL_MS },
  });
  readBodies(server, { clock, bodyDeadlineMs });
  answerErrors(server, { logs, bodyDeadlineMs, log });
  for (const served of logs) addLogRoutes(server, served);
  const drain = prepareDrain(server, clock);
  try {
    await server.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    throw listenFailure(error, { at: listen, setting: 'http.listen' });
  }
  const { port } = server.server.address() as AddressInfo;
  return { url: `http://${formatAddress({ host: listen.host, port })}`, drain };
}

/** Takes a body whatever its type is said to be: clients of CT logs say different things, or nothing. */
function readBodies(
  server: FastifyInstance,
  { clock, bodyDeadlineMs }: { clock: Clock; bodyDeadlineMs: number },
): void {
  // What is no media type at all would be refused before any parser is asked.
  server.addHook('onRequest', (request, _reply, done) => {
    delete request.raw.headers['content-type'];
    done();
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, { clock, deadlineMs: bodyDeadlineMs }),
  );
}

function answerErrors(
  server: FastifyInstance,
  { logs, bodyDeadlineMs, log }: { logs: readonly ServedLog[]; bodyDeadlineMs: number; log: Logger },
): void {
  const allowed = new Map(logs.flatMap(placesOf).map(({ path, allow }) => [path, allow]));
  server.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const allow = allowed.get(path);
    return sendAnswer(reply, allow === undefined ? notFound(path) : methodNotAllowed(request.method, allow));
  });
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof BodyError) {
      sendAnswerEarly(reply, answerOfBody(error.problem, bodyDeadlineMs));
      return;
    }
    const status = statusOf(error);
    if (status < 500) return sendAnswer(reply, malformedRequest(status));
    log.error({ err: error, method: request.method, url: request.url }, 'request failed by a defect');
    return sendAnswer(reply, unexpected);
  });
}

/** The status that the HTTP library gives an error of the client; 500 for any other error. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && 400 <= status && status < 500 ? status : 500;
}

function prepareDrain(server: FastifyInstance, clock: Clock): () => Promise<void> {
  let draining = false;
  server.addHook('onSend', (_request, reply, _payload, done) => {
    // Without this a client would keep its connection, and the door would wait for it.
    if (draining) reply.header('connection', 'close');
    done();
  });
  return async () => {
    draining = true;
    const cancel = clock.schedule(DRAIN_MAX_MS, () => {
      server.server.closeAllConnections();
    });
    await server.close();
    cancel();
  };
}
