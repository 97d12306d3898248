import type { SubmissionOutcome } from '../steps/submit.js';
import { BODY_SIZE_MAX_BYTES, type BodyProblem } from './body.js';

/** An answer of the door: a status, a JSON body, and headers of its own. */
export interface DoorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

const MS_PER_SECOND = 1_000;

/** What each outcome of a submission is answered with: 503 for all that trying again mends, and 500 for nothing of it. */
export function answerOf(outcome: SubmissionOutcome): DoorAnswer {
  switch (outcome.kind) {
    case 'sct':
      return { status: 200, headers: {}, body: outcome.sct };
    case 'refused':
      return { status: 400, headers: {}, body: outcome.refusal };
    case 'ended':
      return problem(410, { code: 'log-ended', message: outcome.message });
    case 'unavailable': {
      const { code, message, retryAfterMs } = outcome;
      return unavailable({ code, message, retryAfterMs });
    }
    case 'defect':
      return problem(500, { code: 'defect', message: outcome.message });
  }
}

/** What a body that was not read to its end is answered with. The connection is closed: its rest is in the way. */
export function answerOfBody(bodyProblem: BodyProblem, deadlineMs: number): DoorAnswer {
  const close = { connection: 'close' };
  switch (bodyProblem) {
    case 'too-large': {
      const message = `the body of a submission has at most ${BODY_SIZE_MAX_BYTES} bytes`;
      return problem(413, { code: 'body-too-large', message }, close);
    }
    case 'too-slow': {
      const message = `the body has not arrived within ${deadlineMs / MS_PER_SECOND} s`;
      return problem(408, { code: 'body-too-slow', message }, close);
    }
    case 'cut-off':
      return problem(400, { code: 'malformed-body', message: 'the body was cut off' }, close);
  }
}

/** What a request to a place that is there, with a method that is not taken there, is answered with. */
export function methodNotAllowed(method: string, allow: string): DoorAnswer {
  const message = `${method} is not taken here, only ${allow}`;
  return problem(405, { code: 'method-not-allowed', message }, { allow });
}

/** What a request to a place that is not there is answered with. */
export function notFound(path: string): DoorAnswer {
  return problem(404, { code: 'not-found', message: `there is nothing at ${path}` });
}

/** What a request that is not proper HTTP is answered with. */
export function malformedRequest(status: number): DoorAnswer {
  return problem(status, { code: 'malformed-request', message: 'the request is not proper HTTP' });
}

/** What an error that nobody expected is answered with: nothing of it is sent. */
export const unexpected: DoorAnswer = problem(500, { code: 'defect', message: 'this is a defect of the log' });

function unavailable({
  code,
  message,
  retryAfterMs,
}: {
  code: string;
  message: string;
  retryAfterMs: number;
}): DoorAnswer {
  const retryAfter = String(Math.max(1, Math.ceil(retryAfterMs / MS_PER_SECOND)));
  return problem(503, { code, message }, { 'retry-after': retryAfter });
}

function problem(
  status: number,
  body: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): DoorAnswer {
  return { status, headers, body };
}
