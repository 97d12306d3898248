import type { AddedEntry, IdentifiedEntry } from '../core/batch-plan.js';
import type { LogDeps } from '../ports/log-deps.js';
import type { CheckpointFeed } from './checkpoint-feed.js';
import { createCommitter } from './committer.js';
import { createIntegrator, type IntegrationOutcome } from './integrator.js';
import type { Ledger } from './ledger.js';
import type { StageBoard } from './stage-board.js';

/** What outlives a term: those who wait, and those who watch. */
export interface Audience {
  readonly integrated: StageBoard;
  readonly published: StageBoard;
  readonly feed: CheckpointFeed;
}

/** The time for which one ledger is valid: from its opening to the first failure that makes it doubtful. */
export interface Term {
  readonly ledger: Ledger;
  /** Resolves with the failure that ends the term. */
  readonly failure: Promise<unknown>;
  add(entries: readonly IdentifiedEntry[], signal: AbortSignal): Promise<readonly AddedEntry[]>;
  integrate(options: { readonly alwaysWriteCheckpoint: boolean }): Promise<IntegrationOutcome>;
  /** Takes no further entries; resolves when all that were taken are answered. */
  closeAdds(): Promise<void>;
  /** Ends the term; resolves when nothing of it writes any more. */
  close(): Promise<void>;
}

/** Begins a term. What the ledger's tail holds is integrated by the first run, which is the caller's to start. */
export function createTerm(deps: LogDeps, ledger: Ledger, options: TermOptions): Term {
  const { audience, integrationDelayMs } = options;
  let fail: (error: unknown) => void = () => undefined;
  const failure = new Promise<unknown>((resolve) => {
    fail = resolve;
  });
  const integrator = createIntegrator(deps, ledger, {
    delayMs: integrationDelayMs,
    events: {
      integrated: audience.integrated.reached,
      published(checkpoint) {
        audience.published.reached(checkpoint.size);
        audience.feed.publish(checkpoint);
      },
      failed: fail,
    },
  });
  const committer = createCommitter(deps, ledger, { durable: integrator.expect, failed: fail });
  audience.integrated.reached(ledger.tree.size);
  audience.published.reached(ledger.published.size);
  audience.feed.publish(ledger.published);
  return {
    ledger,
    failure,
    add: committer.add,
    integrate: integrator.integrate,
    closeAdds: committer.close,
    async close() {
      await committer.close();
      await integrator.close();
    },
  };
}

/** What a term needs beside its ledger. */
export interface TermOptions {
  readonly audience: Audience;
  /** From the first unintegrated entry to its integration, in ms. */
  readonly integrationDelayMs: number;
}
