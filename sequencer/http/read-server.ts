import cors from '@fastify/cors';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { formatAddress, type Address } from '../../service/address.js';
import type { Clock } from '../../service/clock.js';
import type { Logger } from '../../service/logger.js';
import { withSingleSlashes } from '../../service/request-url.js';
import { listenFailure } from '../../service/startup-error.js';
import { quoted } from '../../tlog/bytes.js';
import { publicHeaders } from '../core/public-object.js';
import { StoreError, type Store } from '../ports/store.js';
import { acceptsGzip } from './content-coding.js';
import { entityTag, isNamedIn } from './entity-tag.js';

/** The read side of every log of the process. */
export interface ReadServer {
  /** `http://host:port`; the monitoring prefix of a log is `<url>/<name>/`. */
  readonly url: string;
  /**
   * Takes no new connections, answers the requests that are there, and closes every connection. Whoever does not read
   * its answer as fast as it comes is cut off, which the length of the answer shows.
   */
  close(): Promise<void>;
}

/** Compressing fewer bytes than this costs more than it saves. */
const COMPRESS_MIN_BYTES = 1_024;

/** The longest that a request may take to arrive, in ms: it has no body. */
const REQUEST_TIMEOUT_MS = 10_000;

/** How long requests in flight may take to end when the door closes, in ms. */
const CLOSE_GRACE_MS = 5_000;

/** What a client is told to wait when the storage fails, in s. */
const RETRY_AFTER_S = 1;

const METHODS = ['GET', 'HEAD'];

const compress = promisify(gzip);

/**
 * Serves the public objects of each log below `/<name>/`, for GET and HEAD, with the headers of the specifications, an
 * ETag, and compression where the client takes it. Only names that a public object can have are looked up, so nothing
 * private is ever found.
 *
 * @throws StartupError when the address cannot be listened at.
 */
export async function startReadServer(options: {
  readonly listen: Address;
  readonly stores: ReadonlyMap<string, Store>;
  readonly log: Logger;
  readonly clock: Clock;
}): Promise<ReadServer> {
  const { listen, stores, log, clock } = options;
  const server = fastify({
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    rewriteUrl: ({ url }) => withSingleSlashes(url ?? '/'),
    frameworkErrors: (_error, request, reply) => void notFound(reply, request.url),
  });
  await server.register(cors, { origin: '*', methods: METHODS, exposedHeaders: ['ETag'] });
  refuseTheRest(server, log);
  for (const [name, store] of stores) serveLog(server, name, store);
  try {
    await server.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    throw listenFailure(error, { at: listen, setting: 'read.listen' });
  }
  const { port } = server.server.address() as AddressInfo;
  const url = `http://${formatAddress({ host: listen.host, port })}`;
  log.info({ url }, 'read door open');
  return { url, close: async () => closeServer(server, clock) };
}

function serveLog(server: FastifyInstance, name: string, store: Store): void {
  const prefix = `/${name}/`;
  server.get<{ Params: { '*': string } }>(`${prefix}*`, async (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const object = request.params['*'];
    // An object has one name, and no cache shall keep it under two: what is spelt with %2F or %63 is another.
    const served = path.endsWith(prefix + object) ? publicHeaders(object) : undefined;
    const stored = served && (await store.read(object));
    if (served === undefined || stored === undefined) return notFound(reply, path);
    const { 'accept-encoding': acceptEncoding, 'if-none-match': ifNoneMatch } = request.headers;
    const large = served.compressible && stored.bytes.length >= COMPRESS_MIN_BYTES;
    const coding = large && acceptsGzip(acceptEncoding) ? 'gzip' : 'identity';
    const tag = entityTag(stored.bytes, coding);
    reply.headers({ 'cache-control': served.cacheControl, etag: tag });
    if (served.compressible) reply.header('vary', 'accept-encoding');
    if (isNamedIn(ifNoneMatch, tag)) return reply.code(304).send();
    reply.header('content-type', served.contentType);
    if (coding === 'gzip') reply.header('content-encoding', 'gzip');
    const { buffer, byteOffset, byteLength } = coding === 'gzip' ? await compress(stored.bytes) : stored.bytes;
    return reply.send(Buffer.from(buffer, byteOffset, byteLength));
  });
}

/** Answers for what is no object, no method, and no success. */
function refuseTheRest(server: FastifyInstance, log: Logger): void {
  server.addHook('onRequest', async (request, reply) => {
    if (METHODS.includes(request.method)) return undefined;
    const message = `${request.method} is not taken here, only ${METHODS.join(' and ')}`;
    return reply.code(405).header('allow', METHODS.join(', ')).send({ code: 'method-not-allowed', message });
  });
  server.setNotFoundHandler(async (request, reply) => notFound(reply, request.url));
  server.setErrorHandler(async (error, request, reply) => {
    log.error({ err: error, url: request.url }, 'a public object cannot be served');
    reply.header('cache-control', 'no-store');
    if (error instanceof StoreError) {
      const answer = { code: 'unavailable', message: 'the storage of this log fails at present' };
      return reply.code(503).header('retry-after', RETRY_AFTER_S).send(answer);
    }
    return reply.code(500).send({ code: 'internal', message: 'an internal error; the sequencer has logged it' });
  });
}

/** A partial tile that is not there yet may be there soon, so nobody may keep this answer. */
async function notFound(reply: FastifyReply, path: string): Promise<FastifyReply> {
  const answer = { code: 'not-found', message: `there is no public object at ${quoted(path)}` };
  return reply.code(404).header('cache-control', 'no-store').send(answer);
}

/** Once a server closes, Node.js does not look any more for requests that take too long to arrive. */
async function closeServer(server: FastifyInstance, clock: Clock): Promise<void> {
  const cancel = clock.schedule(CLOSE_GRACE_MS, () => {
    server.server.closeAllConnections();
  });
  await server.close();
  cancel();
}
