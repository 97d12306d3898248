import assert from 'node:assert/strict';
import type { LayoutName } from '../../sequencer/core/layout.js';
import { SequencerError } from '../../sequencer/core/sequencer-error.js';
import type { IdentityIndex } from '../../sequencer/ports/identity-index.js';
import type { LogStore } from '../../sequencer/ports/store.js';
import { createLog, type Log, type Stage } from '../../sequencer/steps/log.js';
import { utf8 } from '../../tlog/bytes.js';
import { settle, type ManualClock } from '../clock.js';
import { createFaultyStore, type Decide } from '../faulty-store.js';
import { createTestDeps, testEntry } from '../log-deps.js';
import type { Promises } from './promises.js';

/** One life of a log: from its start to the end of its work, or to its death. */
export interface LifeOptions {
  readonly layout: LayoutName;
  readonly store: LogStore;
  readonly index: IdentityIndex;
  readonly clock: ManualClock;
  readonly promises: Promises;
  /** What becomes of each operation on the store. Nothing is answered any more from `diesAt` on. */
  readonly decide: Decide;
  /** The number of the operation at which the process dies; absent: it does not. */
  readonly diesAt?: number | undefined;
}

/** Somebody who uses the log. */
export interface User {
  /** Adds entries with these texts. That a call is refused is no error, in this and the others. */
  add(texts: readonly string[], waitFor?: Stage): Promise<void>;
  integrate(alwaysWriteCheckpoint?: boolean): Promise<void>;
  putAttachment(text: string): Promise<void>;
  /** Waits until the log serves; by then all that was promised before is published. */
  untilServing(): Promise<void>;
  drain(): Promise<void>;
}

const INTEGRATION_DELAY_MS = 200;

const STEP_MS = 50;

/** No call may take longer than this, in ms of the log's clock, while the store answers. */
const PATIENCE_MS = 200_000;

/** Thrown into the work of a log that is dead. */
class Died extends Error {}

/**
 * Lets a log live and do its work. What happens to it after its death nobody sees: its clock stands still, its store is
 * silent.
 *
 * @returns how many operations on the store it has begun.
 */
export async function live(
  { layout, store, index, clock, promises, decide, diesAt = Infinity }: LifeOptions,
  work: (user: User) => Promise<void>,
): Promise<number> {
  let operations = 0;
  const ending = new AbortController();
  const mortal = createFaultyStore(store, (call) => {
    operations = call.number;
    if (diesAt <= call.number) ending.abort(new Died());
    return diesAt < call.number ? 'dropped' : decide(call);
  });
  const deps = createTestDeps({ layout, store: mortal, index, clock });
  const log = createLog(deps, { integrationDelayMs: INTEGRATION_DELAY_MS, onMode: () => undefined });
  const passing = passTime(clock, ending.signal);
  try {
    await work(createUser(log, { layout, store, clock, promises, death: ending.signal }));
  } catch (error) {
    if (!(error instanceof Died)) throw error;
  } finally {
    ending.abort();
    await passing;
  }
  assert.notEqual(log.state().mode, 'stopped', log.state().stopReason);
  return operations;
}

async function passTime(clock: ManualClock, end: AbortSignal): Promise<void> {
  while (!end.aborted) await clock.advance(STEP_MS);
  // Answers that are on their way when a process dies still arrive.
  await settle();
}

interface Surroundings extends Pick<LifeOptions, 'layout' | 'store' | 'clock' | 'promises'> {
  readonly death: AbortSignal;
}

function createUser(log: Log, { layout, store, clock, promises, death }: Surroundings): User {
  const answerOf = async <T>(call: Promise<T>): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      death.throwIfAborted();
      const die = (): void => {
        cancel();
        reject(death.reason as Error);
      };
      const leave = (): void => {
        cancel();
        death.removeEventListener('abort', die);
      };
      const cancel = clock.schedule(PATIENCE_MS, () => {
        reject(new Error(`a call was not answered within ${PATIENCE_MS} ms`));
      });
      death.addEventListener('abort', die);
      call.catch(refused).then(resolve, reject).finally(leave);
    });
  return {
    async add(texts, waitFor = 'durable') {
      promises.sending(texts);
      const entries = texts.map((text) => testEntry(layout, text));
      const call = log.add(entries, waitFor, new AbortController().signal);
      await answerOf(call.then((result) => promises.answered(texts, result)));
    },
    async integrate(alwaysWriteCheckpoint = false) {
      await answerOf(log.integrate({ alwaysWriteCheckpoint }));
    },
    async putAttachment(text) {
      await answerOf(log.putAttachment(utf8(text), new AbortController().signal).then(promises.stored));
    },
    async untilServing() {
      const promised = Math.max(0, ...[...promises.places.values()].map(({ index }) => index + 1));
      await answerOf(untilServing(log, clock));
      await checkPublished(log, { store, promised });
    },
    async drain() {
      await answerOf(log.drain());
    },
  };
}

async function untilServing(log: Log, clock: ManualClock): Promise<void> {
  while (log.state().mode === 'starting') await clock.sleep(STEP_MS);
}

async function checkPublished(
  log: Log,
  { store, promised }: { readonly store: LogStore; readonly promised: number },
): Promise<void> {
  const { published } = log.state();
  assert.ok(published !== undefined && promised <= published.size, `${promised} entries are published`);
  assert.deepEqual((await store.public.read('checkpoint'))?.bytes, published.note);
}

/** A refusal is an answer; one that accuses somebody of damage is not, here. */
function refused(error: unknown): undefined {
  if (error instanceof SequencerError && error.detail.code !== 'data-loss') return undefined;
  throw error;
}
