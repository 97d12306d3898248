import type { AddedEntry, IdentifiedEntry } from '../core/batch-plan.js';
import type { LogIdentity } from '../core/log-identity.js';
import { SequencerError } from '../core/sequencer-error.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import type { LogDeps } from '../ports/log-deps.js';
import { createCheckpointFeed } from './checkpoint-feed.js';
import type { IntegrationOutcome } from './integrator.js';
import { describeState, type LogState, type Phase } from './log-state.js';
import { openLedger } from './open-ledger.js';
import { putAttachment } from './put-attachment.js';
import { createStageBoard } from './stage-board.js';
import { createTerm, type Audience, type Term } from './term.js';

/** How far an entry has come; each stage includes those before it. */
export type Stage = 'durable' | 'integrated' | 'published';

/** The answer to an Add call. */
export interface AddResult {
  readonly added: readonly AddedEntry[];
  readonly stage: Stage;
  /** With stage published: a checkpoint that covers all of `added`. */
  readonly checkpoint?: SignedCheckpoint;
}

/** One log, as the doors see it. Every call throws SequencerError, or the reason of its signal. */
export interface Log {
  readonly identity: LogIdentity;
  state(): LogState;
  add(entries: readonly IdentifiedEntry[], waitFor: Stage, signal: AbortSignal): Promise<AddResult>;
  integrate(options: { readonly alwaysWriteCheckpoint: boolean }): Promise<IntegrationOutcome>;
  watchCheckpoints(signal: AbortSignal): AsyncIterable<SignedCheckpoint>;
  putAttachment(content: Uint8Array, signal: AbortSignal): Promise<string>;
  /** Takes no further entries, integrates and publishes what was taken, and ends every watch. */
  readonly drain: () => Promise<void>;
}

/** The first pause before recovery is tried again, in ms; it doubles up to the longest. */
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 5_000;

/** How a log behaves. */
export interface LogOptions {
  /** From the first unintegrated entry to its integration, in ms. */
  readonly integrationDelayMs: number;
  /** Told whenever the log does something else than before. */
  readonly onMode: (mode: LogState['mode']) => void;
}

/** Starts a log: it recovers by itself, in the background, as often as it takes. */
export function createLog(deps: LogDeps, options: LogOptions): Log {
  const { clock, identity, log } = deps;
  const audience: Audience = {
    integrated: createStageBoard(clock, 'integrated'),
    published: createStageBoard(clock, 'published'),
    feed: createCheckpointFeed(),
  };
  const ending = new AbortController();
  const ended = aborted(ending.signal);
  let phase: Phase = { mode: 'starting' };
  const enter = (next: Phase): void => {
    phase = next;
    options.onMode(next.mode);
  };

  const isEnding = (): boolean => ending.signal.aborted;

  /** Nobody waits for what this process will not do any more. */
  const dismiss = ({ waiting, watching }: Record<'waiting' | 'watching', SequencerError>): void => {
    audience.integrated.fail(waiting);
    audience.published.fail(waiting);
    audience.feed.end(watching);
  };

  const stop = (reason: SequencerError): void => {
    enter({ mode: 'stopped', reason });
    dismiss({ waiting: reason, watching: reason });
    log.fatal({ err: reason, log: identity.name }, 'the log has stopped: its stored bytes contradict themselves');
  };

  const open = async (): Promise<Term> => {
    const ledger = await openLedger(deps, ending.signal);
    const term = createTerm(deps, ledger, { ...options, audience });
    try {
      // Recovery is integration, run again.
      await term.integrate({ alwaysWriteCheckpoint: false });
      return term;
    } catch (error) {
      await term.close();
      throw (await Promise.race([term.failure, Promise.resolve(error)])) as Error;
    }
  };

  const serve = async (term: Term): Promise<unknown> => {
    if (isEnding()) {
      // The drain began while this term was being opened, and knows nothing of it.
      await term.close();
      return undefined;
    }
    enter({ mode: 'serving', term });
    log.info({ log: identity.name, nextIndex: term.ledger.nextIndex, size: term.ledger.tree.size }, 'the log is open');
    const failure = await Promise.race([term.failure, ended]);
    if (!isEnding()) {
      enter({ mode: 'starting' });
      await term.close();
    }
    return failure;
  };

  const run = async (): Promise<void> => {
    let pauseMs = PAUSE_MIN_MS;
    while (!isEnding()) {
      const failure = await open().then(async (term) => {
        pauseMs = PAUSE_MIN_MS;
        return serve(term);
      }, asFailure);
      if (isEnding()) return;
      if (isDataLoss(failure)) {
        stop(failure);
        return;
      }
      deps.metrics.failed('recovery');
      log.warn({ err: failure, log: identity.name, pauseMs }, 'the log recovers');
      await clock.sleep(pauseMs, ending.signal).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS);
    }
  };
  const running = run();

  const serving = (): Term => {
    if (phase.mode === 'serving') return phase.term;
    if (phase.mode === 'stopped') throw phase.reason;
    throw new SequencerError({ code: 'unavailable', why: `log ${identity.name} is ${phase.mode}` });
  };

  const reach = async (added: readonly AddedEntry[], waitFor: Stage, signal: AbortSignal): Promise<AddResult> => {
    const size = added.reduce((max, { index }) => Math.max(max, index + 1), 0);
    if (waitFor === 'integrated') await audience.integrated.wait(size, signal);
    if (waitFor === 'published') await audience.published.wait(size, signal);
    const checkpoint = audience.feed.current();
    if (checkpoint !== undefined && size <= checkpoint.size) return { added, stage: 'published', checkpoint };
    return { added, stage: waitFor };
  };

  return {
    identity,
    state: () => describeState(phase, audience.feed.current()),
    async add(entries, waitFor, signal) {
      return reach(await serving().add(entries, signal), waitFor, signal);
    },
    integrate: async (how) => serving().integrate(how),
    watchCheckpoints: audience.feed.watch,
    async putAttachment(content, signal) {
      serving();
      return putAttachment(deps, content, signal);
    },
    async drain() {
      const term = phase.mode === 'serving' ? phase.term : undefined;
      if (phase.mode !== 'stopped') enter(term === undefined ? { mode: 'draining' } : { mode: 'draining', term });
      ending.abort();
      await running;
      await drainTerm(term, deps);
      const what = `log ${identity.name} is draining; what is durable is published by the next start`;
      dismiss({
        waiting: new SequencerError({ code: 'deadline', what }),
        watching: new SequencerError({ code: 'unavailable', why: `log ${identity.name} is draining` }),
      });
    },
  };
}

async function drainTerm(term: Term | undefined, { log, identity }: LogDeps): Promise<void> {
  if (term === undefined) return;
  await term.closeAdds();
  try {
    await term.integrate({ alwaysWriteCheckpoint: false });
  } catch (error) {
    log.error({ err: error, log: identity.name }, 'the last entries are durable, and are integrated by the next start');
  }
  await term.close();
}

function asFailure(error: unknown): unknown {
  return error;
}

/** Everything else may be gone at the next attempt. */
function isDataLoss(failure: unknown): failure is SequencerError {
  return failure instanceof SequencerError && failure.detail.code === 'data-loss';
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
