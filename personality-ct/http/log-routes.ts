import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toBase64 } from '../../tlog/bytes.js';
import type { RootSet } from '../core/roots.js';
import type { Endpoint } from '../core/submission.js';
import type { Submit } from '../steps/submit.js';
import { isKnown, jsonDocument, type Document } from './document.js';
import { answerOf } from './error-table.js';
import { logListEntry, type LogDescription } from './log-list-entry.js';
import { sendAnswer } from './send.js';

/** One log, as the door serves it. */
export interface ServedLog {
  /** It is served below /<name>/. */
  readonly name: string;
  readonly description: LogDescription;
  readonly submit: Submit;
  /** The accepted roots of this moment. */
  readonly roots: () => RootSet;
}

/** The places of a log, and the methods that are taken there. */
export function placesOf({ name }: Pick<ServedLog, 'name'>): { path: string; allow: string }[] {
  const read = 'GET, HEAD';
  return [
    { path: `/${name}/ct/v1/add-chain`, allow: 'POST' },
    { path: `/${name}/ct/v1/add-pre-chain`, allow: 'POST' },
    { path: `/${name}/ct/v1/get-roots`, allow: read },
    { path: `/${name}/log.v3.json`, allow: read },
  ];
}

/** Serves the endpoints of one log. Source: RFC 6962, 4.1, 4.2 and 4.7; c2sp.org/static-ct-api */
export function addLogRoutes(server: FastifyInstance, log: ServedLog): void {
  const ct = `/${log.name}/ct/v1`;
  const submission = (endpoint: Endpoint) => async (request: FastifyRequest, reply: FastifyReply) =>
    sendAnswer(reply, answerOf(await log.submit(endpoint, typeof request.body === 'string' ? request.body : '')));
  server.post(`${ct}/add-chain`, submission('add-chain'));
  server.post(`${ct}/add-pre-chain`, submission('add-pre-chain'));

  const rootsDocument = createRootsDocument();
  server.get(`${ct}/get-roots`, (request, reply) => sendDocument(request, reply, rootsDocument(log.roots())));

  const entry = jsonDocument(logListEntry(log.description));
  server.get(`/${log.name}/log.v3.json`, (request, reply) => sendDocument(request, reply, entry));
}

/** The roots as get-roots answers them: made once for each set, since there may be hundreds of them. */
function createRootsDocument(): (roots: RootSet) => Document {
  const documents = new WeakMap<RootSet, Document>();
  return (roots) => {
    const made = documents.get(roots) ?? jsonDocument({ certificates: roots.all.map(({ der }) => toBase64(der)) });
    documents.set(roots, made);
    return made;
  };
}

function sendDocument(request: FastifyRequest, reply: FastifyReply, document: Document): FastifyReply {
  reply.header('etag', document.etag);
  if (isKnown(document, request.headers['if-none-match'])) return reply.code(304).send();
  return reply.type('application/json').send(document.bytes);
}
