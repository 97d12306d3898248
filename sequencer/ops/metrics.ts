import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { LogMetrics } from '../ports/log-metrics.js';
import type { Log } from '../steps/log.js';

/** Upper bounds of the durations of one commit or one integration, in s. */
const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const MS_PER_SECOND = 1_000;

/** Makes the LogMetrics of a log by its name. All are registered at once; `log` is the only label with open values. */
export function createLogMetrics(registry: Registry): (log: string) => LogMetrics {
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labelNames = ['log'] as const;
  const counter = (name: string, help: string): Counter<'log'> => new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string): Histogram<'log'> =>
    new Histogram({ name, help, labelNames, registers, buckets: DURATION_BUCKETS_S });
  const entries = counter('andamento_entries_total', 'Entries made durable.');
  const bytes = counter(
    'andamento_entry_bytes_total',
    'Bytes of leaf prefix, data and trailer of entries made durable.',
  );
  const duplicates = counter('andamento_duplicates_total', 'Entries answered with an earlier place.');
  const commits = histogram('andamento_commit_seconds', 'Time to store one journal object, in s.');
  const runs = histogram(
    'andamento_integration_seconds',
    'Time from the begin of an integration to its publication, in s.',
  );
  const failures = new Counter({
    name: 'andamento_failures_total',
    help: 'Commits, integrations and recoveries that failed; the last two are repeated.',
    labelNames: ['log', 'what'],
    registers,
  });
  return (log) => ({
    committed(batch) {
      entries.inc({ log }, batch.entries);
      bytes.inc({ log }, batch.sizeBytes);
      commits.observe({ log }, batch.durationMs / MS_PER_SECOND);
    },
    duplicates(count) {
      duplicates.inc({ log }, count);
    },
    published(run) {
      runs.observe({ log }, run.durationMs / MS_PER_SECOND);
    },
    failed(what) {
      failures.inc({ log, what });
    },
  });
}

/** Gauges that are read from the logs when somebody asks. */
export function registerLogGauges(registry: Registry, logs: ReadonlyMap<string, Log>): void {
  const gauge = (name: string, help: string, value: (log: Log) => number | undefined): void => {
    new Gauge({
      name,
      help,
      labelNames: ['log'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [label, log] of logs) {
          const found = value(log);
          if (found !== undefined) this.set({ log: label }, found);
        }
      },
    });
  };
  gauge('andamento_next_index', 'The index of the next new entry.', (log) => log.state().nextIndex);
  gauge('andamento_integrated_size', 'Leaves in the integrated tree.', (log) => log.state().integratedSize);
  gauge('andamento_published_size', 'Leaves that the newest checkpoint covers.', (log) => log.state().published?.size);
  gauge('andamento_checkpoint_timestamp_seconds', 'When the newest checkpoint was signed, in s since 1970.', (log) => {
    const timestamp = log.state().published?.timestamp;
    return timestamp === undefined ? undefined : timestamp / MS_PER_SECOND;
  });
  gauge('andamento_serving', '1 while the log takes entries, else 0.', (log) => Number(log.state().mode === 'serving'));
}
