import compress from '@fastify/compress';
import cors from '@fastify/cors';
import etag from '@fastify/etag';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import type { AddressInfo } from 'node:net';
import { formatAddress, type Address } from '../../service/address.js';
import type { Logger } from '../../service/logger.js';
import { listenFailure } from '../../service/startup-error.js';
import { publicHeaders } from '../core/public-object.js';
import { StoreError, type Store } from '../ports/store.js';

/** The read side of every log of the process. */
export interface ReadServer {
  /** `http://host:port`; the monitoring prefix of a log is `<url>/<name>/`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Compressing fewer bytes than this costs more than it saves. */
const COMPRESS_MIN_BYTES = 1_024;

/** The longest that a request may take to arrive, in ms: it has no body. */
const REQUEST_TIMEOUT_MS = 10_000;

/** What a client is told to wait when the storage fails, in s. */
const RETRY_AFTER_S = 1;

/** The longest name that is looked up; a real one has less than 100 characters. */
const NAME_MAX_LENGTH = 200;

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
}): Promise<ReadServer> {
  const { listen, stores, log } = options;
  const server = fastify({
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: NAME_MAX_LENGTH },
  });
  await server.register(cors, { origin: '*', methods: ['GET', 'HEAD'], exposedHeaders: ['ETag'] });
  await server.register(compress, {
    global: false,
    encodings: ['gzip'],
    threshold: COMPRESS_MIN_BYTES,
    customTypes: /^application\//,
  });
  await server.register(etag, { algorithm: 'sha1' });
  for (const [name, store] of stores) serveLog(server, { name, store, log });
  try {
    await server.listen({ host: listen.host, port: listen.port });
  } catch (error) {
    throw listenFailure(error, { at: listen, setting: 'read.listen' });
  }
  const { port } = server.server.address() as AddressInfo;
  const url = `http://${formatAddress({ host: listen.host, port })}`;
  log.info({ url }, 'read door open');
  return { url, close: async () => server.close() };
}

function serveLog(
  server: FastifyInstance,
  { name, store, log }: { readonly name: string; readonly store: Store; readonly log: Logger },
): void {
  server.get<{ Params: { '*': string } }>(`/${name}/*`, async (request, reply) => {
    const object = request.params['*'];
    const headers = publicHeaders(object);
    if (headers === undefined) return notFound(reply, object);
    try {
      const stored = await store.read(object);
      if (stored === undefined) return await notFound(reply, object);
      reply.headers({ 'content-type': headers.contentType, 'cache-control': headers.cacheControl });
      const bytes = Buffer.from(stored.bytes.buffer, stored.bytes.byteOffset, stored.bytes.byteLength);
      if (!headers.compressible) return await reply.send(bytes);
      reply.compress(bytes);
      return await reply;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.error({ err: error, log: name }, 'a public object cannot be read');
      const answer = { code: 'unavailable', message: 'the storage of this log fails at present' };
      return reply.code(503).header('retry-after', RETRY_AFTER_S).send(answer);
    }
  });
}

/** A partial tile that is not there yet may be there soon, so nobody may keep this answer. */
async function notFound(reply: FastifyReply, object: string): Promise<FastifyReply> {
  const message = `there is no object ${JSON.stringify(object)} in this log`;
  return reply.code(404).header('cache-control', 'no-store').send({ code: 'not-found', message });
}
