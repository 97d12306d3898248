import assert from 'node:assert/strict';
import type { AddedEntry } from '../sequencer/core/batch-plan.js';
import { CHECKPOINT_OBJECT } from '../sequencer/core/object-names.js';
import type { SignedCheckpoint } from '../sequencer/core/signed-checkpoint.js';
import { readCheckpoint, type ReadCheckpoint } from '../sequencer/steps/checkpoint.js';
import { createCommitter } from '../sequencer/steps/committer.js';
import { createIntegrator, type IntegrationOutcome, type Integrator } from '../sequencer/steps/integrator.js';
import type { Ledger } from '../sequencer/steps/ledger.js';
import { openLedger } from '../sequencer/steps/open-ledger.js';
import { createMemoryLogStore } from '../sequencer/storage/memory/memory-store.js';
import { createFaultScript, type FaultScript, type Match } from './fault-script.js';
import { createTestDeps, testEntry, type TestDeps, type TestDepsOptions } from './log-deps.js';

/** An integrator with a committer beside it, on a store whose faults a test orders. */
export interface IntegratorBench {
  readonly deps: TestDeps;
  readonly faults: FaultScript;
  readonly ledger: Ledger;
  readonly integrator: Integrator;
  readonly events: {
    readonly integrated: number[];
    readonly published: SignedCheckpoint[];
    readonly failures: unknown[];
  };
  /** Makes entries with these texts durable. */
  readonly add: (...texts: string[]) => Promise<readonly AddedEntry[]>;
  readonly integrate: (alwaysWriteCheckpoint?: boolean) => Promise<IntegrationOutcome>;
  /** The public checkpoint, verified. */
  readonly checkpoint: () => Promise<ReadCheckpoint & { readonly note: Uint8Array }>;
}

/** From the first unintegrated entry to its run, in ms. */
export const DELAY_MS = 200;

/** The write that moves the tree. */
export const TREE_SWAP: Match = { space: 'private', operation: 'swap', name: /^tree$/ };

/** The write that publishes. */
export const CHECKPOINT_SWAP: Match = { space: 'public', operation: 'swap', name: /^checkpoint$/ };

/** A write of a tile or bundle. */
export const TILE_CREATE: Match = { space: 'public', operation: 'create', name: /^tile\// };

/** Opens what is in the store, by default a new log. */
export async function openIntegratorBench(options: TestDepsOptions = {}): Promise<IntegratorBench> {
  const faults = createFaultScript(options.store ?? createMemoryLogStore());
  const deps = createTestDeps({ ...options, store: faults.store });
  const ledger = await openLedger(deps, new AbortController().signal);
  const events: IntegratorBench['events'] = { integrated: [], published: [], failures: [] };
  const integrator = createIntegrator(deps, ledger, {
    delayMs: DELAY_MS,
    events: {
      integrated: (size) => events.integrated.push(size),
      published: (checkpoint) => events.published.push(checkpoint),
      failed: (error) => events.failures.push(error),
    },
  });
  const committer = createCommitter(deps, ledger, { durable: integrator.expect, failed: assert.ifError });
  return {
    deps,
    faults,
    ledger,
    integrator,
    events,
    async add(...texts) {
      const entries = texts.map((text) => testEntry(deps.identity.layout, text));
      return committer.add(entries, new AbortController().signal);
    },
    integrate: async (alwaysWriteCheckpoint = false) => integrator.integrate({ alwaysWriteCheckpoint }),
    async checkpoint() {
      const stored = await deps.store.public.read(CHECKPOINT_OBJECT);
      assert.ok(stored !== undefined, 'there is a public checkpoint');
      return { ...readCheckpoint(deps, stored.bytes), note: stored.bytes };
    },
  };
}
