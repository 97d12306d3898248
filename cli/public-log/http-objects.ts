import type { Clock } from '../../service/clock.js';
import { CannotLookError, OBJECT_SIZE_MAX_BYTES, type PublicObjects } from './public-objects.js';

/** How long one request may take, in ms. */
const REQUEST_TIMEOUT_MS = 30_000;

/** How often an object is asked for, as long as the answer may be another the next time. */
const ATTEMPTS_MAX = 4;

/** The pause after the first failure, in ms; it doubles each time. */
const RETRY_PAUSE_MS = 200;

/** The outcome of one request. */
type Answer =
  | { readonly kind: 'found'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly reason: string; readonly isLasting: boolean };

/** The public objects below a URL. Compressed answers are undone. @param prefix the monitoring prefix. */
export function httpObjects(prefix: URL, { clock }: { clock: Clock }): PublicObjects {
  const where = prefix.href.replace(/\/+$/, '');
  return {
    where,
    async read(path, signal) {
      const url = `${where}/${path}`;
      for (let attempt = 1; ; attempt++) {
        const answer = await request(url, signal);
        signal?.throwIfAborted();
        if (answer.kind === 'found') return answer.bytes;
        if (answer.kind === 'absent') return undefined;
        if (answer.isLasting || attempt === ATTEMPTS_MAX) throw new CannotLookError(`${url}: ${answer.reason}`);
        await clock.sleep(RETRY_PAUSE_MS * 2 ** (attempt - 1), signal);
      }
    },
  };
}

async function request(url: string, signal: AbortSignal | undefined): Promise<Answer> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]) });
    if (response.ok) return await readBody(response);
    await response.body?.cancel();
    if (response.status === 404 || response.status === 410) return { kind: 'absent' };
    const isLasting = response.status < 500 && response.status !== 429;
    return { kind: 'failed', reason: `the answer is ${response.status} ${response.statusText}`.trim(), isLasting };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error), isLasting: false };
  }
}

async function readBody(response: Response): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array;
    sizeBytes += bytes.length;
    if (sizeBytes > OBJECT_SIZE_MAX_BYTES) {
      const reason = `the answer has more than ${OBJECT_SIZE_MAX_BYTES} bytes, which no object of a log has`;
      return { kind: 'failed', reason, isLasting: true };
    }
    chunks.push(bytes);
  }
  return { kind: 'found', bytes: Buffer.concat(chunks) };
}

/** fetch() says only `fetch failed`; the cause says why. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error)) return message;
  const { code } = cause as NodeJS.ErrnoException;
  return cause.message === '' ? (code ?? message) : cause.message;
}
