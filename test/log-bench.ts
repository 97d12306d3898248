import { createLog, type AddResult, type Log, type Stage } from '../sequencer/steps/log.js';
import type { LogState } from '../sequencer/steps/log-state.js';
import { createMemoryLogStore } from '../sequencer/storage/memory/memory-store.js';
import { settle } from './clock.js';
import { createFaultScript, type FaultScript } from './fault-script.js';
import { createTestDeps, testEntry, type TestDeps, type TestDepsOptions } from './log-deps.js';

/** A whole log on its own, on a store whose faults a test orders. */
export interface LogBench {
  readonly deps: TestDeps;
  readonly faults: FaultScript;
  readonly log: Log;
  /** What the log has said that it does, in order. */
  readonly modes: LogState['mode'][];
  /** Adds entries with these texts, for a caller who is patient. */
  readonly add: (texts: readonly string[], waitFor?: Stage) => Promise<AddResult>;
  readonly integrate: (alwaysWriteCheckpoint?: boolean) => ReturnType<Log['integrate']>;
}

/** From the first unintegrated entry to its integration, in ms. */
export const INTEGRATION_DELAY_MS = 200;

/** Starts the log that is in the store, by default a new one. @param prepare orders faults before it begins. */
export function startLogBench(
  options: TestDepsOptions = {},
  prepare: (faults: FaultScript) => void = () => undefined,
): LogBench {
  const faults = createFaultScript(options.store ?? createMemoryLogStore());
  prepare(faults);
  const deps = createTestDeps({ ...options, store: faults.store });
  const modes: LogState['mode'][] = [];
  const log = createLog(deps, { integrationDelayMs: INTEGRATION_DELAY_MS, onMode: (mode) => modes.push(mode) });
  return {
    deps,
    faults,
    log,
    modes,
    add: async (texts, waitFor = 'durable') => {
      const entries = texts.map((text) => testEntry(deps.identity.layout, text));
      return log.add(entries, waitFor, new AbortController().signal);
    },
    integrate: async (alwaysWriteCheckpoint = false) => log.integrate({ alwaysWriteCheckpoint }),
  };
}

/** The same, and waits until it has come to rest. */
export async function openLogBench(options: TestDepsOptions = {}): Promise<LogBench> {
  const bench = startLogBench(options);
  await settle();
  return bench;
}
