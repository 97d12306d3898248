import assert from 'node:assert/strict';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Endpoint } from '../../personality-ct/core/submission.js';
import { createMetrics } from '../../personality-ct/ops/metrics.js';
import type { RenewalResult, SubmissionResult } from '../../personality-ct/ports/meters.js';
import { createLogMetrics, registerLogGauges } from '../../sequencer/ops/metrics.js';
import type { LogMetrics } from '../../sequencer/ports/log-metrics.js';
import { cellOf, codesIn, readPage, sectionOf, type Row } from './page.js';
import { SEQUENCER_FAILURES } from './submission-answers.js';

const PAGE = readPage('CT-API.md');

const SERVICES: readonly { readonly title: string; readonly register: (registry: Registry) => void }[] = [
  {
    title: 'Metrics of personality-ct',
    register: (registry) => {
      createMetrics(registry).watchLogs([]);
    },
  },
  {
    title: 'Metrics of the sequencer',
    register: (registry) => {
      createLogMetrics(registry);
      registerLogGauges(registry, new Map());
    },
  },
];

const TYPES = { counter: Counter, gauge: Gauge, histogram: Histogram } as const;

/** The units that the end of a name promises. Source: prometheus.io/docs/practices/naming */
const UNITS: readonly (readonly [end: RegExp, unit: string])[] = [
  [/_seconds$/, 's'],
  [/_bytes_total$/, 'bytes'],
];

interface Described {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** The metrics of ours in a registry; what Node.js measures of itself is not on the page. */
function metricsOf(register: (registry: Registry) => void): Described[] {
  const registry = new Registry();
  register(registry);
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith('andamento_'))
    .map((metric) => {
      const type = Object.entries(TYPES).find(([, kind]) => metric instanceof kind)?.[0] ?? 'unknown';
      // Every metric has them, and the declaration of the library does not say so.
      const { labelNames } = metric as unknown as { readonly labelNames: readonly string[] };
      return { name: metric.name, type, labels: labelNames };
    });
}

function described(row: Row): Described {
  const [name = ''] = codesIn(cellOf(row, 'metric'));
  return { name, type: cellOf(row, 'type'), labels: codesIn(cellOf(row, 'labels')) };
}

describe('docs/CT-API.md on metrics', () => {
  for (const { title, register } of SERVICES) {
    const { rows } = sectionOf(PAGE, title);

    it(`names all of "${title}", with type and labels, and no other`, () => {
      assert.deepEqual(rows.map(described), metricsOf(register));
    });

    it(`gives each of "${title}" the unit that its name promises`, () => {
      for (const row of rows) {
        const { name } = described(row);
        const [, unit] = UNITS.find(([end]) => end.test(name)) ?? [];
        if (unit === undefined) assert.match(cellOf(row, 'unit'), /^\w+$/, name);
        else assert.equal(cellOf(row, 'unit'), unit, name);
      }
    });
  }

  it('gives the values of every label but the name of the log', () => {
    // The compiler sees to it that each of these is exactly its union.
    const endpoint: Readonly<Record<Endpoint, true>> = { 'add-chain': true, 'add-pre-chain': true };
    const submission: Readonly<Record<SubmissionResult, true>> = {
      ...{ sct: true, 'sct-duplicate': true, refused: true, ended: true, unavailable: true, defect: true },
    };
    const renewal: Readonly<Record<RenewalResult, true>> = { written: true, 'already-fresh': true, failed: true };
    const what: Readonly<Record<Parameters<LogMetrics['failed']>[0], true>> = {
      ...{ commit: true, integration: true, recovery: true },
    };
    const values: Readonly<Record<string, object>> = {
      'andamento_ct_submission_duration_seconds endpoint': endpoint,
      'andamento_ct_submission_duration_seconds result': submission,
      'andamento_ct_add_call_duration_seconds result': { answered: true, ...SEQUENCER_FAILURES },
      'andamento_ct_checkpoint_renewals_total result': renewal,
      'andamento_failures_total what': what,
    };
    const labels = SERVICES.flatMap(({ register }) => metricsOf(register)).flatMap(({ name, labels }) =>
      labels.filter((label) => label !== 'log').map((label) => `${name} ${label}`),
    );
    assert.deepEqual(Object.keys(values), labels);
    assert.deepEqual(
      sectionOf(PAGE, 'Values of labels').rows.map((row) => [
        [...codesIn(cellOf(row, 'metric')), ...codesIn(cellOf(row, 'label'))].join(' '),
        codesIn(cellOf(row, 'values')),
      ]),
      labels.map((label) => [label, Object.keys(values[label] ?? {})]),
    );
  });
});
