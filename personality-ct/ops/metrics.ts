import { Counter, Gauge, Histogram, collectDefaultMetrics, type Registry } from 'prom-client';
import type { LogMeters } from '../ports/meters.js';

/** What is measured of a log at the moment somebody asks. */
export interface LogGauges {
  readonly name: string;
  /** The age of the newest checkpoint, in ms; undefined while none is known. */
  readonly checkpointAgeMs: () => number | undefined;
  readonly isIssuing: () => boolean;
  readonly isReachable: () => boolean;
  readonly rootCount: () => number;
}

/** The metrics of the personality. */
export interface Metrics {
  /** What the log of this name counts. */
  forLog(name: string): LogMeters;
  /** Measures these logs whenever somebody asks. Called once, when all are there. */
  watchLogs(logs: readonly LogGauges[]): void;
}

const MS_PER_SECOND = 1_000;

/** In seconds. Publication takes some 0.2 s, and a client of Let's Encrypt gives up after 2 s. */
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 10];
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Creates the metrics in a registry. */
export function createMetrics(registry: Registry): Metrics {
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const submissions = new Histogram({
    name: 'andamento_ct_submission_duration_seconds',
    help: 'Time from the body of a submission to its outcome, in seconds.',
    labelNames: ['log', 'endpoint', 'result'] as const,
    buckets: DURATION_BUCKETS,
    registers,
  });
  const addCalls = new Histogram({
    name: 'andamento_ct_add_call_duration_seconds',
    help: 'Time of Add calls to the sequencer, in seconds.',
    labelNames: ['log', 'result'] as const,
    buckets: DURATION_BUCKETS,
    registers,
  });
  const batches = new Histogram({
    name: 'andamento_ct_add_call_entries',
    help: 'Number of entries that were sent in one Add call.',
    labelNames: ['log'] as const,
    buckets: BATCH_BUCKETS,
    registers,
  });
  const renewals = new Counter({
    name: 'andamento_ct_checkpoint_renewals_total',
    help: 'Renewals of the checkpoint by the MMD policy timer; already-fresh: somebody else was faster.',
    labelNames: ['log', 'result'] as const,
    registers,
  });
  return {
    forLog: (log) => ({
      submission: ({ endpoint, result, durationMs }) => {
        submissions.observe({ log, endpoint, result }, durationMs / MS_PER_SECOND);
      },
      addCall: ({ entries, result, durationMs }) => {
        addCalls.observe({ log, result }, durationMs / MS_PER_SECOND);
        batches.observe({ log }, entries);
      },
      renewal: (result) => {
        renewals.inc({ log, result });
      },
    }),
    watchLogs: (logs) => {
      addGauges(registry, logs);
    },
  };
}

function addGauges(registry: Registry, logs: readonly LogGauges[]): void {
  const gauge = (name: string, help: string, measure: (log: LogGauges) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['log'] as const,
      registers: [registry],
      collect() {
        for (const log of logs) this.set({ log: log.name }, measure(log));
      },
    });
  };
  gauge(
    'andamento_ct_checkpoint_age_seconds',
    'Age of the newest checkpoint, in seconds; NaN while none is known.',
    ({ checkpointAgeMs }) => (checkpointAgeMs() ?? NaN) / MS_PER_SECOND,
  );
  gauge('andamento_ct_issuing', '1 while SCTs may be issued, else 0.', ({ isIssuing }) => Number(isIssuing()));
  gauge('andamento_ct_sequencer_reachable', '1 while the sequencer answers, else 0.', ({ isReachable }) =>
    Number(isReachable()),
  );
  gauge('andamento_ct_roots', 'Number of accepted roots.', ({ rootCount }) => rootCount());
}
