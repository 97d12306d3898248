import type { Sha256 } from '../../tlog/hash.js';
import { timestampMs } from '../../tlog/scalars.js';
import {
  identityKey,
  planBatch,
  type AddedEntry,
  type BatchPlan,
  type IdentifiedEntry,
  type Place,
} from '../core/batch-plan.js';
import { batchSizeBytes } from '../core/journal-batch.js';
import { SequencerError } from '../core/sequencer-error.js';
import type { LogDeps } from '../ports/log-deps.js';
import { StoreError } from '../ports/store.js';
import { createCallQueue, type Outstanding, type QueuedCall } from './call-queue.js';
import type { Ledger } from './ledger.js';
import { storeBatch } from './store-batch.js';

/** What happens to the ledger around a committer. */
export interface CommitterEvents {
  /** A batch became durable: the ledger has grown. */
  durable(): void;
  /** The ledger may not be what is stored any more; the committer takes nothing more. */
  failed(error: unknown): void;
}

/** Gives entries their places and makes them durable. */
export interface Committer {
  /**
   * Resolves when all entries of the call are durable; one answer for each, in order.
   *
   * @throws SequencerError exhausted, unavailable (nothing was stored) or outcome-unknown.
   */
  readonly add: (call: readonly IdentifiedEntry[], signal: AbortSignal) => Promise<readonly AddedEntry[]>;
  /** Takes no further calls, and resolves when those that were taken are answered and the index knows all of them. */
  readonly close: () => Promise<void>;
}

/**
 * Group commit: while one batch is being stored, calls gather; what has gathered is the next batch. An idle committer
 * stores at once, a busy one drains its queue in few writes.
 */
export function createCommitter(deps: LogDeps, ledger: Ledger, events: CommitterEvents): Committer {
  const queue = createCallQueue();
  /** Durable, but perhaps not in the index yet. */
  const recent = new Map<string, Place>();
  let running: Promise<void> | undefined;
  /** The appends to the index that are under way. */
  let indexing: Promise<unknown> = Promise.resolve();
  let closed = false;

  const find = (identity: Sha256): Place | undefined => recent.get(identityKey(identity)) ?? deps.index.find(identity);

  const commitNext = async (): Promise<void> => {
    const calls = queue.take();
    try {
      const timestamp = timestampMs(Math.max(deps.clock.now(), ledger.lastTimestamp));
      const taken = calls.map(({ entries }) => entries);
      const plan = planBatch({ hasher: deps.hasher, find }, taken, { next: ledger.nextIndex, timestamp });
      if (plan.entries.length > 0) await commit(plan, timestamp);
      answer(calls, plan);
    } catch (error) {
      for (const call of calls) call.reject(refusal(error));
      if (!(error instanceof StoreError && error.effect === 'none')) fail(error);
      deps.metrics.failed('commit');
      deps.log.warn({ err: error, log: deps.identity.name, calls: calls.length }, 'a batch was not stored');
    }
  };

  const commit = async ({ entries, placed }: BatchPlan, timestamp: Ledger['lastTimestamp']): Promise<void> => {
    const batch = { epoch: ledger.epoch, timestamp, writer: ledger.writer, entries };
    const beganMs = deps.clock.monotonicMs();
    await storeBatch(deps, batch);
    ledger.tail = [...ledger.tail, batch];
    ledger.tailSizeBytes += batchSizeBytes(batch);
    ledger.nextIndex += entries.length;
    ledger.lastTimestamp = timestamp;
    for (const { identity, index } of placed) recent.set(identityKey(identity), { index, timestamp });
    const forget = (): void => {
      for (const { identity } of placed) recent.delete(identityKey(identity));
    };
    const appended = deps.index.append(placed).then(forget, fail);
    indexing = Promise.all([indexing, appended]).then(() => undefined);
    deps.metrics.committed({
      entries: entries.length,
      sizeBytes: batchSizeBytes(batch),
      durationMs: deps.clock.monotonicMs() - beganMs,
    });
    events.durable();
  };

  const answer = (calls: readonly QueuedCall[], { answers }: BatchPlan): void => {
    calls.forEach((call, i) => {
      call.resolve(answers[i] ?? []);
    });
    const duplicates = answers.flat().filter(({ duplicate }) => duplicate).length;
    if (duplicates > 0) deps.metrics.duplicates(duplicates);
  };

  const fail = (error: unknown): void => {
    closed = true;
    queue.rejectAll(new SequencerError({ code: 'unavailable', why: 'the log is recovering' }));
    events.failed(error);
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) await commitNext();
    running = undefined;
  };

  return {
    async add(call, signal) {
      if (closed) throw new SequencerError({ code: 'unavailable', why: 'the log is recovering or draining' });
      const answered = queue.push(call, { unintegrated: outstandingTail(ledger), signal });
      // A call that was refused is not in the queue, and a run without calls would seem to run for ever.
      if (queue.length > 0) running ??= drain();
      return answered;
    },
    async close() {
      closed = true;
      await running;
      // Whoever opens the ledger next asks the index how far it has come.
      await indexing;
    },
  };
}

function outstandingTail({ nextIndex, tree, tailSizeBytes }: Ledger): Outstanding {
  return { entries: nextIndex - tree.size, sizeBytes: tailSizeBytes };
}

/** What a caller is told when its batch was not stored. */
function refusal(error: unknown): SequencerError {
  if (error instanceof SequencerError) return error;
  if (error instanceof StoreError && error.effect === 'none') {
    return new SequencerError({ code: 'unavailable', why: error.message }, { cause: error });
  }
  const why = error instanceof StoreError ? error.message : 'an internal error';
  return new SequencerError({ code: 'outcome-unknown', why }, { cause: error });
}
