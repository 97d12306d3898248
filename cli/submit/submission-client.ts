import { z } from 'zod';
import { decodeBase64 } from '../../personality-ct/crypto/base64.js';
import type { Endpoint } from '../../personality-ct/core/submission.js';
import type { Clock } from '../../service/clock.js';
import { toBase64 } from '../../tlog/bytes.js';
import { CannotLookError } from '../public-log/public-objects.js';

/** What a log answers to a submission. */
export type Answer =
  | { readonly kind: 'sct'; readonly json: unknown }
  /** Asking again would not help. `reason`: the log's own words. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The submission prefix of a log, as a client sees it. */
export interface SubmissionClient {
  /**
   * Submits a chain, as often as the log asks for patience.
   * @throws CannotLookError when the log does not answer, or not in time. The signal's reason when that is aborted.
   */
  submit(endpoint: Endpoint, chain: readonly Uint8Array[], signal: AbortSignal): Promise<Answer>;
  /** The roots that the log accepts, in DER. @throws CannotLookError */
  roots(signal: AbortSignal): Promise<Uint8Array[]>;
}

const PAUSE_DEFAULT_MS = 1_000;
const PAUSE_MAX_MS = 30_000;

const ROOTS = z.object({ certificates: z.array(z.string()) });

/** An answer over HTTP, read to its end. */
interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

/** @param prefix the submission prefix, without a slash at the end. @param timeoutMs how long patience lasts. */
export function createSubmissionClient(
  prefix: string,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): SubmissionClient {
  return {
    async submit(endpoint, chain, signal) {
      const url = `${prefix}/ct/v1/${endpoint}`;
      const body = JSON.stringify({ chain: chain.map(toBase64) });
      const deadlineMs = clock.monotonicMs() + timeoutMs;
      for (;;) {
        const answer = await post(url, body, signal);
        if (answer.status === 200) return { kind: 'sct', json: parseJson(url, answer.text) };
        if (!isTemporary(answer.status)) return { kind: 'refused', reason: reasonOf(answer) };
        const pauseMs = pauseOf(answer);
        if (clock.monotonicMs() + pauseMs > deadlineMs) {
          throw new CannotLookError(`the log puts it off for more than ${timeoutMs / 1000} s: ${reasonOf(answer)}`);
        }
        await clock.sleep(pauseMs, signal);
      }
    },
    async roots(signal) {
      const url = `${prefix}/ct/v1/get-roots`;
      const answer = await request(url, { signal });
      const parsed = answer.status === 200 ? ROOTS.safeParse(parseJson(url, answer.text)) : undefined;
      const roots = parsed?.data?.certificates.map(decodeBase64);
      if (roots?.every((root) => root !== undefined) === true) return roots;
      throw new CannotLookError(`${url} does not tell the roots of the log: ${reasonOf(answer)}`);
    },
  };
}

function post(url: string, body: string, signal: AbortSignal): Promise<HttpAnswer> {
  return request(url, { method: 'POST', body, headers: { 'content-type': 'application/json' }, signal });
}

async function request(url: string, init: RequestInit): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    init.signal?.throwIfAborted();
    const { message, cause } = error as Error;
    throw new CannotLookError(`${url}: ${cause instanceof Error ? cause.message : message}`, { cause: error });
  }
}

/** What passes by itself. Source: RFC 9110, 15.6.4; RFC 6585, 4. */
function isTemporary(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** Source: RFC 9110, 10.2.3; dates are not taken. */
function pauseOf({ retryAfter }: HttpAnswer): number {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  return seconds === undefined ? PAUSE_DEFAULT_MS : Math.min(seconds * 1_000, PAUSE_MAX_MS);
}

/** The log's own words, where it has any. */
function reasonOf({ status, text }: HttpAnswer): string {
  const problem = z.object({ code: z.string(), message: z.string() }).safeParse(tryJson(text));
  if (problem.success) return `${problem.data.message} (${status} ${problem.data.code})`;
  return `${text.slice(0, 200).trim()} (${status})`.trim();
}

function parseJson(url: string, text: string): unknown {
  const json = tryJson(text);
  if (json === undefined) throw new CannotLookError(`${url} does not answer with JSON: ${text.slice(0, 200)}`);
  return json;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
