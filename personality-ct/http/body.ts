import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../service/clock.js';

/** The largest body of a submission, in bytes. A chain of five with long names has some 20 KiB. */
export const BODY_SIZE_MAX_BYTES: number = 512 * 1024;

/** Why a body was not read to its end. */
export type BodyProblem = 'too-large' | 'too-slow' | 'cut-off';

/** A body that was not read to its end. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly problem: BodyProblem;

  constructor(problem: BodyProblem) {
    super(`body is ${problem}`);
    this.problem = problem;
  }
}

/**
 * Reads a body as UTF-8, BODY_SIZE_MAX_BYTES at most.
 *
 * A body that announces more is refused before any of it is read; one that turns out to be more, at the limit.
 *
 * @param deadlineMs how long it may take to arrive.
 * @throws BodyError
 */
export function readBody(
  request: IncomingMessage,
  { clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number },
): Promise<string> {
  if (Number(request.headers['content-length']) > BODY_SIZE_MAX_BYTES)
    return Promise.reject(new BodyError('too-large'));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const stop = (outcome: () => void): void => {
      cancelDeadline();
      request.off('data', onData).off('end', onEnd).off('error', onCutOff).off('close', onCutOff);
      outcome();
    };
    const fail = (problem: BodyProblem): void => {
      stop(() => {
        request.pause();
        reject(new BodyError(problem));
      });
    };
    const onData = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      if (sizeBytes > BODY_SIZE_MAX_BYTES) fail('too-large');
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      stop(() => {
        resolve(Buffer.concat(chunks, sizeBytes).toString('utf8'));
      });
    };
    const onCutOff = (): void => {
      fail('cut-off');
    };
    const cancelDeadline = clock.schedule(deadlineMs, () => {
      fail('too-slow');
    });
    request.on('data', onData).on('end', onEnd).on('error', onCutOff).on('close', onCutOff);
  });
}
