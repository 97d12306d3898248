import { createHash } from 'node:crypto';
import type { LogEntry } from '../../personality-ct/core/entry.js';
import {
  answered,
  failed,
  type Added,
  type AddedEntry,
  type Answer,
  type LogReport,
  type PublishedCheckpoint,
  type SequencerFailure,
  type SequencerFailureCode,
  type SequencerLog,
} from '../../personality-ct/ports/sequencer.js';
import type { Clock } from '../../service/clock.js';
import { sha256Of } from '../../tlog/hash.js';
import { leafIndex, timestampMs, treeSize, type TimestampMs } from '../../tlog/scalars.js';

/** One log of a sequencer that lives in the test, as any number of replicas see it through `log`. */
export interface FakeSequencer {
  readonly log: SequencerLog;
  /** What was asked of it so far. */
  readonly calls: {
    readonly add: (readonly LogEntry[])[];
    readonly putAttachment: Uint8Array[];
    integrate: number;
    getLog: number;
  };
  /** Every checkpoint that was published, in order. */
  readonly published: PublishedCheckpoint[];
  /** How it behaves; a test changes it at any time. */
  readonly behaviour: {
    /** Every call fails with this. */
    failure: SequencerFailureCode | undefined;
    /** Adds fail with this. */
    addFailure: SequencerFailureCode | undefined;
    /** Calls take this long, in ms. */
    delayMs: number;
    /** Integrate does its work, and the answer is lost. */
    losesAnswers: boolean;
    /** How far its clock is ahead, in ms; negative: behind. */
    aheadMs: number;
    /** What it says of the log, other than the truth. */
    report: Partial<LogReport>;
    /** What becomes of its true answer to Add. */
    distort: (added: Added) => Added;
  };
  /** Publishes a checkpoint now, as after the integration of entries of somebody else. */
  publish(): void;
  /** Ends every stream of checkpoints. */
  endStreams(): void;
}

/** Creates a sequencer with an empty log, whose first checkpoint is published now. */
export function createFakeSequencer(
  clock: Clock,
  identity: { readonly origin: string; readonly spki: Uint8Array },
): FakeSequencer {
  const entries = new Map<string, AddedEntry>();
  const streams = new Set<{
    push: (checkpoint: PublishedCheckpoint) => void;
    end: (failure: SequencerFailure) => void;
  }>();
  const fake: FakeSequencer = {
    log: createLog(),
    calls: { add: [], putAttachment: [], integrate: 0, getLog: 0 },
    published: [],
    behaviour: {
      ...{ failure: undefined, addFailure: undefined, delayMs: 0, losesAnswers: false, aheadMs: 0, report: {} },
      distort: (added) => added,
    },
    publish,
    endStreams() {
      for (const { end } of [...streams]) end({ code: 'unreachable', message: 'the stream was ended by the test' });
    },
  };

  function now(): TimestampMs {
    return timestampMs(clock.now() + fake.behaviour.aheadMs);
  }

  function publish(): void {
    const size = treeSize(entries.size);
    // Timestamps of checkpoints never go back, whatever the clock does.
    const timestamp = timestampMs(Math.max(now(), (newest()?.timestamp ?? 0) + 1));
    const root = sha256Of(createHash('sha256').update(String(size)).digest());
    const checkpoint = { size, root, timestamp };
    fake.published.push(checkpoint);
    for (const { push } of [...streams]) push(checkpoint);
  }

  function newest(): PublishedCheckpoint | undefined {
    return fake.published.at(-1);
  }

  async function call<T>(work: () => Answer<T>, signal?: AbortSignal): Promise<Answer<T>> {
    const { failure, delayMs } = fake.behaviour;
    if (delayMs > 0) await clock.sleep(delayMs, signal);
    return failure === undefined ? work() : failed(failure, `the test says ${failure}`);
  }

  function addOne(entry: LogEntry): AddedEntry {
    const key = Buffer.concat([entry.leafPrefix, entry.data]).toString('hex');
    const known = entries.get(key);
    if (known !== undefined) return { ...known, duplicate: true };
    const added = { index: leafIndex(entries.size), timestamp: now(), duplicate: false };
    entries.set(key, added);
    return added;
  }

  function createLog(): SequencerLog {
    return {
      getLog: (signal) =>
        call(() => {
          fake.calls.getLog++;
          return answered({
            ...{ origin: identity.origin, layout: 'static-ct', publicKeys: [identity.spki] },
            ...{ mode: 'serving', stopReason: '', published: newest(), oldestUnpublished: undefined },
            ...fake.behaviour.report,
          });
        }, signal),
      add: (sent, waitFor, signal) =>
        call(() => {
          fake.calls.add.push(sent);
          const { addFailure, distort } = fake.behaviour;
          if (addFailure !== undefined) return failed(addFailure, `the test says ${addFailure}`);
          const added = sent.map(addOne);
          if (waitFor === 'published') publish();
          return answered(distort({ entries: added, checkpoint: newest() }));
        }, signal),
      integrate: (signal) =>
        call(() => {
          fake.calls.integrate++;
          publish();
          const checkpoint = newest();
          if (fake.behaviour.losesAnswers || checkpoint === undefined) return failed('deadline', 'the answer was lost');
          return answered({ checkpoint, written: true });
        }, signal),
      putAttachment: (content, signal) =>
        call(() => {
          fake.calls.putAttachment.push(content);
          return answered(`issuer/${createHash('sha256').update(content).digest('hex')}`);
        }, signal),
      watchCheckpoints: (onCheckpoint, signal) =>
        new Promise((resolve, reject) => {
          const { failure } = fake.behaviour;
          if (failure !== undefined) {
            resolve({ code: failure, message: `the test says ${failure}` });
            return;
          }
          const onAbort = (): void => {
            streams.delete(stream);
            reject(signal.reason as Error);
          };
          const stream = {
            push: onCheckpoint,
            end: (ended: SequencerFailure) => {
              streams.delete(stream);
              signal.removeEventListener('abort', onAbort);
              resolve(ended);
            },
          };
          signal.addEventListener('abort', onAbort);
          streams.add(stream);
          const current = newest();
          if (current !== undefined) onCheckpoint(current);
        }),
    };
  }

  publish();
  return fake;
}
