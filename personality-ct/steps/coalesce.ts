import type { Clock } from '../../service/clock.js';
import type { LogEntry } from '../core/entry.js';
import type { LogMeters } from '../ports/meters.js';
import { answered, failed, type AddedEntry, type Answer, type SequencerLog, type WaitFor } from '../ports/sequencer.js';
import { checkAdded } from './check-added.js';

/** The most entries of one Add call. Source: proto/andamento/v1, AddRequest.entries. */
export const BATCH_ENTRIES_MAX = 1_024;

/** The most bytes of the entries of one Add call. Source: proto/andamento/v1, AddRequest.entries. */
export const BATCH_SIZE_MAX_BYTES: number = 4 * 1024 * 1024;

/** How long entries gather while other calls are in flight, in ms. Small against the time of a publication. */
export const GATHER_MS = 5;

/** The most Add calls in flight. A call that waits for publication takes some 200 ms, and one starts every GATHER_MS. */
export const CALLS_IN_FLIGHT_MAX = 128;

/** The most entries that wait for a call. What is more is turned away, so that memory stays bounded. */
export const QUEUE_ENTRIES_MAX = 16_384;

/** The most bytes of entries that wait for a call. */
export const QUEUE_SIZE_MAX_BYTES: number = 64 * 1024 * 1024;

/** Brings single entries to the sequencer in batches. */
export interface Coalescer {
  /** Adds one entry. The answer is checked: it is about this entry, and plausible. */
  add(entry: LogEntry): Promise<Answer<AddedEntry>>;
}

interface CoalescerDeps {
  readonly sequencer: Pick<SequencerLog, 'add'>;
  readonly waitFor: WaitFor;
  readonly clock: Clock;
  readonly meters: Pick<LogMeters, 'addCall'>;
}

interface Waiting {
  readonly entry: LogEntry;
  readonly sizeBytes: number;
  readonly settle: (answer: Answer<AddedEntry>) => void;
}

/**
 * Gathers entries that come at the same time into Add calls.
 *
 * When no call is in flight, an entry goes at once. Otherwise it waits for others, GATHER_MS at most, or until a batch is
 * full. Several calls are in flight; when there are CALLS_IN_FLIGHT_MAX, entries queue up to a bound.
 */
export function createCoalescer({ sequencer, waitFor, clock, meters }: CoalescerDeps): Coalescer {
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  let callsInFlight = 0;
  let cancelGathering: (() => void) | undefined;

  function add(entry: LogEntry): Promise<Answer<AddedEntry>> {
    const sizeBytes = entry.leafPrefix.length + entry.data.length + entry.trailer.length;
    if (queue.length >= QUEUE_ENTRIES_MAX || queuedBytes + sizeBytes > QUEUE_SIZE_MAX_BYTES) {
      return Promise.resolve(failed('overloaded', 'too many entries wait for the sequencer'));
    }
    return new Promise((settle) => {
      queue.push({ entry, sizeBytes, settle });
      queuedBytes += sizeBytes;
      if (callsInFlight === 0 || queue.length >= BATCH_ENTRIES_MAX || queuedBytes >= BATCH_SIZE_MAX_BYTES) flush();
      else cancelGathering ??= clock.schedule(GATHER_MS, flush);
    });
  }

  function flush(): void {
    cancelGathering?.();
    cancelGathering = undefined;
    while (queue.length > 0 && callsInFlight < CALLS_IN_FLIGHT_MAX) {
      const length = batchLength(queue);
      const batch = queue.slice(0, length);
      queue = queue.slice(length);
      queuedBytes -= sumOfBytes(batch);
      callsInFlight++;
      void send(batch).finally(onCallEnded);
    }
  }

  function onCallEnded(): void {
    callsInFlight--;
    // What is gathering goes on gathering, unless nothing is in flight any more: then nobody has a reason to wait.
    if (callsInFlight === 0 || cancelGathering === undefined) flush();
  }

  async function send(batch: readonly Waiting[]): Promise<void> {
    const answer = await call(batch.map(({ entry }) => entry));
    if (answer.kind === 'answered') {
      batch.forEach(({ settle }, i) => {
        const added = answer.value[i];
        settle(added ? answered(added) : failed('contradiction', 'an entry was not answered'));
      });
    } else if (answer.failure.code === 'rejected' && batch.length > 1) {
      // All entries of a call are accepted or none is; by halves, only the wrong one is turned away.
      const middle = batch.length >> 1;
      await Promise.all([send(batch.slice(0, middle)), send(batch.slice(middle))]);
    } else {
      for (const { settle } of batch) settle(answer);
    }
  }

  async function call(entries: readonly LogEntry[]): Promise<Answer<readonly AddedEntry[]>> {
    const startMs = clock.monotonicMs();
    const answer = await sequencer
      .add(entries, waitFor)
      .catch((error: unknown) => failed('defect', error instanceof Error ? error.message : String(error)));
    const checked =
      answer.kind === 'answered'
        ? checkAdded(answer.value, { sent: entries.length, waitFor, now: clock.now() })
        : answer;
    const result = checked.kind === 'answered' ? 'answered' : checked.failure.code;
    meters.addCall({ entries: entries.length, result, durationMs: clock.monotonicMs() - startMs });
    return checked;
  }

  return { add };
}

/** How many from the front of the queue fit in one call: at least one, since no single entry is too large for a call. */
function batchLength(queue: readonly Waiting[]): number {
  let sizeBytes = 0;
  let length = 0;
  for (const waiting of queue) {
    sizeBytes += waiting.sizeBytes;
    if (length > 0 && (length === BATCH_ENTRIES_MAX || sizeBytes > BATCH_SIZE_MAX_BYTES)) break;
    length++;
  }
  return length;
}

function sumOfBytes(batch: readonly Waiting[]): number {
  return batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
