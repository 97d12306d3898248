import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import { SequencerError } from '../core/sequencer-error.js';
import type { LogDeps } from '../ports/log-deps.js';
import { StoreError } from '../ports/store.js';
import { collectJournal } from './collect-journal.js';
import { moveTree, publishTree, writeTiles } from './integrate.js';
import type { Ledger } from './ledger.js';

/** What a run came to. */
export interface IntegrationOutcome {
  /** The newest published checkpoint. */
  readonly checkpoint: SignedCheckpoint;
  /** Whether the run has published it. */
  readonly written: boolean;
}

/** What happens to the ledger around an integrator. */
export interface IntegratorEvents {
  /** The tree has moved to `size` leaves. */
  integrated(size: number): void;
  /** A checkpoint is public. */
  published(checkpoint: SignedCheckpoint): void;
  /** The ledger may not be what is stored any more; the integrator stops. */
  failed(error: unknown): void;
}

/** Moves the tree and the checkpoint of a log, one run at a time. */
export interface Integrator {
  /**
   * Integrates all that is durable now. Joins a run that covers this and has not signed yet; otherwise starts the next.
   *
   * @throws SequencerError unavailable when the run fails; it is repeated on schedule.
   */
  readonly integrate: (options: { readonly alwaysWriteCheckpoint: boolean }) => Promise<IntegrationOutcome>;
  /** There is something to integrate: a run follows after the delay, unless one comes sooner. */
  readonly expect: () => void;
  /** Starts no further runs, and resolves when the last one has ended. */
  readonly close: () => Promise<void>;
}

/** The pause before a scheduled run after one that failed, in ms. */
const PAUSE_AFTER_FAILURE_MS = 500;

interface Run {
  always: boolean;
  /** The size that the run brings the tree to, once it has begun. */
  covers: number | undefined;
  signed: boolean;
  readonly outcome: Promise<IntegrationOutcome>;
}

/** @param options.delayMs from the first unintegrated entry to its run. */
export function createIntegrator(
  deps: LogDeps,
  ledger: Ledger,
  options: { readonly delayMs: number; readonly events: IntegratorEvents },
): Integrator {
  const { events, delayMs } = options;
  let current: Run | undefined;
  let waiting: Run | undefined;
  let cancelTimer: (() => void) | undefined;
  let mode: 'open' | 'closing' | 'failed' = 'open';
  /** Removing what is integrated delays nobody; one removal at a time. */
  let collection = Promise.resolve();

  const schedule = (afterMs: number): void => {
    if (cancelTimer !== undefined || mode !== 'open') return;
    cancelTimer = deps.clock.schedule(afterMs, () => {
      cancelTimer = undefined;
      join(false).outcome.catch(() => undefined);
    });
  };

  const join = (always: boolean): Run => {
    const run = [current, waiting].find((one) => one !== undefined && mayJoin(one, ledger)) ?? begin();
    run.always ||= always;
    return run;
  };

  const begin = (): Run => {
    const previous = current?.outcome.catch(() => undefined) ?? Promise.resolve();
    const run: Run = {
      always: false,
      covers: undefined,
      signed: false,
      outcome: previous.then(async () => {
        waiting = undefined;
        // After a failure the ledger is not to be built upon, also by those who were waiting already.
        if (mode === 'failed') throw refused();
        current = run;
        return perform(run);
      }),
    };
    waiting = run;
    return run;
  };

  const perform = async (run: Run): Promise<IntegrationOutcome> => {
    try {
      return await runOnce(run);
    } catch (error) {
      deps.metrics.failed('integration');
      throw settle(error);
    } finally {
      current = undefined;
    }
  };

  const runOnce = async (run: Run): Promise<IntegrationOutcome> => {
    const beganMs = deps.clock.monotonicMs();
    run.covers = ledger.nextIndex;
    const prepared = await writeTiles(deps, ledger);
    run.signed = true;
    const entries = run.covers - ledger.tree.size;
    if (entries > 0 || run.always) {
      await moveTree(deps, ledger, prepared);
      events.integrated(ledger.tree.size);
      collection = collection.then(async () => collectJournal(deps, ledger));
    }
    // An earlier run may have moved the tree and failed to publish it.
    const written = ledger.published.note !== ledger.tree.checkpoint;
    if (written) {
      await publishTree(deps, ledger);
      events.published(ledger.published);
      deps.metrics.published({ entries, durationMs: deps.clock.monotonicMs() - beganMs });
    }
    if (ledger.tail.length > 0) schedule(delayMs);
    return { checkpoint: ledger.published, written };
  };

  /** Decides what a failure means, and returns what the callers of the run are told. */
  const settle = (error: unknown): SequencerError => {
    if (!(error instanceof StoreError) || (error.operation === 'swap' && error.effect === 'unknown')) {
      mode = 'failed';
      events.failed(error);
    } else {
      deps.log.warn({ err: error }, 'an integration failed and is repeated');
      schedule(PAUSE_AFTER_FAILURE_MS);
    }
    if (error instanceof SequencerError) return error;
    const why = error instanceof Error ? error.message : String(error);
    return new SequencerError({ code: 'unavailable', why: `integration failed: ${why}` }, { cause: error });
  };

  return {
    async integrate({ alwaysWriteCheckpoint }) {
      if (mode !== 'open') throw refused();
      return join(alwaysWriteCheckpoint).outcome;
    },
    expect() {
      schedule(delayMs);
    },
    async close() {
      if (mode === 'open') mode = 'closing';
      cancelTimer?.();
      for (let last = waiting ?? current; last !== undefined; last = waiting ?? current) {
        await last.outcome.catch(() => undefined);
      }
      await collection;
    },
  };
}

function refused(): SequencerError {
  return new SequencerError({ code: 'unavailable', why: 'the log is recovering or draining' });
}

/** A run covers a caller if it integrates all that is durable now, and its checkpoint will be signed after now. */
function mayJoin(run: Run, ledger: Ledger): boolean {
  return run.covers === undefined || (!run.signed && run.covers === ledger.nextIndex);
}
