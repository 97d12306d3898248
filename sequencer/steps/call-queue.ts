import type { AddedEntry, IdentifiedEntry } from '../core/batch-plan.js';
import { entrySizeBytes } from '../core/entry.js';
import {
  BATCH_ENTRIES_MAX,
  BATCH_SIZE_MAX_BYTES,
  OUTSTANDING_ENTRIES_MAX,
  OUTSTANDING_SIZE_MAX_BYTES,
} from '../core/limits.js';
import { SequencerError } from '../core/sequencer-error.js';

/** One Add call that waits for its batch. */
export interface QueuedCall {
  readonly entries: readonly IdentifiedEntry[];
  readonly sizeBytes: number;
  resolve(answers: readonly AddedEntry[]): void;
  reject(error: Error): void;
}

/** What is accepted and not integrated. */
export interface Outstanding {
  readonly entries: number;
  readonly sizeBytes: number;
}

/** Nothing is outstanding. */
const NOTHING: Outstanding = { entries: 0, sizeBytes: 0 };

/** The calls that wait for their batch, oldest first. Bounded together with what is durable and not yet integrated. */
export interface CallQueue {
  readonly length: number;
  /** @throws SequencerError exhausted. A call whose `signal` is aborted while it waits leaves the queue. */
  push(
    entries: readonly IdentifiedEntry[],
    context: { readonly unintegrated: Outstanding; readonly signal: AbortSignal },
  ): Promise<readonly AddedEntry[]>;
  /** The calls of the next batch: at least one, and as many as its limits allow. Each is then answered once. */
  take(): readonly QueuedCall[];
  rejectAll(error: SequencerError): void;
}

/** What a refused caller is told to wait, in ms: a few integrations free much of what is outstanding. */
const RETRY_AFTER_MS = 1_000;

/** An empty queue. */
export function createCallQueue(): CallQueue {
  let calls: QueuedCall[] = [];
  /** What has come in and is not answered: it is queued, or in the batch that is being stored. */
  let unanswered: Outstanding = NOTHING;

  const enqueue = async (
    entries: readonly IdentifiedEntry[],
    { sizeBytes, signal }: { readonly sizeBytes: number; readonly signal: AbortSignal },
  ): Promise<readonly AddedEntry[]> =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        signal.removeEventListener('abort', leave);
        unanswered = minus(unanswered, { entries: entries.length, sizeBytes });
      };
      const call: QueuedCall = {
        entries,
        sizeBytes,
        resolve(answers) {
          settle();
          resolve(answers);
        },
        reject(error) {
          settle();
          reject(error);
        },
      };
      const leave = (): void => {
        // A call that was taken is answered, whether somebody still listens or not.
        if (!calls.includes(call)) return;
        calls = calls.filter((other) => other !== call);
        call.reject(signal.reason as Error);
      };
      calls.push(call);
      signal.addEventListener('abort', leave, { once: true });
    });

  return {
    get length() {
      return calls.length;
    },
    async push(entries, { unintegrated, signal }) {
      signal.throwIfAborted();
      const sizeBytes = entries.reduce((sum, { entry }) => sum + entrySizeBytes(entry), 0);
      const after = plus(unanswered, { entries: entries.length, sizeBytes });
      checkRoom(plus(after, unintegrated));
      unanswered = after;
      return enqueue(entries, { sizeBytes, signal });
    },
    take: () => calls.splice(0, countForBatch(calls)),
    rejectAll(error) {
      for (const call of calls.splice(0)) call.reject(error);
    },
  };
}

function plus(a: Outstanding, b: Outstanding): Outstanding {
  return { entries: a.entries + b.entries, sizeBytes: a.sizeBytes + b.sizeBytes };
}

function minus(a: Outstanding, b: Outstanding): Outstanding {
  return { entries: a.entries - b.entries, sizeBytes: a.sizeBytes - b.sizeBytes };
}

function checkRoom({ entries, sizeBytes }: Outstanding): void {
  const [found, limit, unit] =
    entries > OUTSTANDING_ENTRIES_MAX
      ? [entries, OUTSTANDING_ENTRIES_MAX, 'entries']
      : [sizeBytes, OUTSTANDING_SIZE_MAX_BYTES, 'bytes of entries'];
  if (found <= limit) return;
  throw new SequencerError({
    code: 'exhausted',
    what: `${String(found)} ${unit} would be outstanding, and the limit is ${String(limit)}`,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

function countForBatch(calls: readonly QueuedCall[]): number {
  let [entries, sizeBytes, count] = [0, 0, 0];
  for (const call of calls) {
    entries += call.entries.length;
    sizeBytes += call.sizeBytes;
    if (count > 0 && (entries > BATCH_ENTRIES_MAX || sizeBytes > BATCH_SIZE_MAX_BYTES)) break;
    count += 1;
  }
  return count;
}
