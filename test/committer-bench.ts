import type { AddedEntry } from '../sequencer/core/batch-plan.js';
import { createCommitter, type Committer } from '../sequencer/steps/committer.js';
import type { Ledger } from '../sequencer/steps/ledger.js';
import { openLedger } from '../sequencer/steps/open-ledger.js';
import { createMemoryLogStore } from '../sequencer/storage/memory/memory-store.js';
import { createFaultScript, type FaultScript, type Match } from './fault-script.js';
import { createTestDeps, testEntry, type TestDeps, type TestDepsOptions } from './log-deps.js';

/** A committer of a static-ct log on its own, on a store whose faults a test orders. */
export interface CommitterBench {
  readonly deps: TestDeps;
  readonly faults: FaultScript;
  readonly ledger: Ledger;
  readonly committer: Committer;
  /** What it has told: how often a batch became durable, and its failures. */
  readonly events: { durable: number; readonly failures: unknown[] };
  /** Adds entries with these texts, for a caller who is patient. */
  readonly add: (...texts: string[]) => Promise<readonly AddedEntry[]>;
}

/** The write that makes a batch durable. */
export const JOURNAL_CREATE: Match = { space: 'private', operation: 'create', name: /^journal\// };

/** The read that settles whether it did. */
export const JOURNAL_READ: Match = { space: 'private', operation: 'read', name: /^journal\// };

/** Opens what is in the store, by default a new log. */
export async function openCommitterBench(options: TestDepsOptions = {}): Promise<CommitterBench> {
  const faults = createFaultScript(options.store ?? createMemoryLogStore());
  const deps = createTestDeps({ ...options, store: faults.store });
  const ledger = await openLedger(deps, new AbortController().signal);
  const events: CommitterBench['events'] = { durable: 0, failures: [] };
  const committer = createCommitter(deps, ledger, {
    durable: () => (events.durable += 1),
    failed: (error) => events.failures.push(error),
  });
  return {
    deps,
    faults,
    ledger,
    committer,
    events,
    add: async (...texts) => {
      const entries = texts.map((text) => testEntry('static-ct', text));
      return committer.add(entries, new AbortController().signal);
    },
  };
}
