import type { FastifyReply } from 'fastify';
import type { DoorAnswer } from './error-table.js';

/**
 * How long, in ms, what still arrives is thrown away after an answer that came before the end of the request. A
 * connection closed at once would be reset, and many clients would never see the answer.
 */
const LINGER_MS = 1_000;

/** Sends an answer. */
export function sendAnswer(reply: FastifyReply, { status, headers, body }: DoorAnswer): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .type('application/json')
    .send(Buffer.from(JSON.stringify(body)));
}

/** Sends an answer to a request whose body is not read to its end, and closes the connection soon after. */
export function sendAnswerEarly(reply: FastifyReply, { status, headers, body }: DoorAnswer): void {
  reply.hijack();
  const { raw: request } = reply.request;
  const response = reply.raw;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length });
  response.write(bytes);
  const close = (): void => {
    clearTimeout(timer);
    response.end();
    request.socket.destroySoon();
  };
  const timer = setTimeout(close, LINGER_MS);
  request.once('end', close).once('close', close).resume();
}
