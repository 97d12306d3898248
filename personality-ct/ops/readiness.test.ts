import assert from 'node:assert/strict';
import type { LogReport } from '../ports/sequencer.js';
import { readinessOf, type LogFacts } from './readiness.js';

describe('readinessOf()', () => {
  const lastReport: LogReport = {
    ...{ origin: 'log.example', layout: 'static-ct', publicKeys: [], mode: 'serving', stopReason: '' },
    ...{ published: undefined, oldestUnpublished: undefined },
  };
  const good: LogFacts = {
    name: 'dev',
    status: () => ({ kind: 'known', lastReport }),
    issuance: () => ({ kind: 'open' }),
    rootCount: () => 3,
  };

  it('is ready when every log is', () => {
    assert.deepEqual(readinessOf([good, good], false), { ready: true, reasons: [] });
  });

  const rows: { desc: string; facts: Partial<LogFacts>; reasons: string[] }[] = [
    {
      desc: 'the sequencer does not answer',
      facts: {
        status: () => ({
          kind: 'unreachable',
          failure: { code: 'unreachable', message: 'UNAVAILABLE: gone' },
          lastReport,
        }),
      },
      reasons: ['log dev: the sequencer does not answer: UNAVAILABLE: gone'],
    },
    {
      desc: 'the log starts',
      facts: { status: () => ({ kind: 'known', lastReport: { ...lastReport, mode: 'starting' } }) },
      reasons: ['log dev: the log is starting'],
    },
    {
      desc: 'the log is another one',
      facts: {
        status: () => ({ kind: 'mismatch', problem: 'the key is another one' }),
        issuance: () => ({
          ...{
            kind: 'closed',
            code: 'log-mismatch',
            message: 'not configured correctly',
            detail: 'the key is another one',
          },
          retryAfterMs: 1,
        }),
      },
      reasons: ['log dev: no SCT is issued (log-mismatch): not configured correctly: the key is another one'],
    },
    {
      desc: 'the newest checkpoint is too old',
      facts: {
        issuance: () => ({ kind: 'closed', code: 'checkpoint-old', message: 'it is old', detail: '', retryAfterMs: 1 }),
      },
      reasons: ['log dev: no SCT is issued (checkpoint-old): it is old'],
    },
    { desc: 'no root is loaded', facts: { rootCount: () => 0 }, reasons: ['log dev: no root is accepted'] },
  ];
  for (const { desc, facts, reasons } of rows) {
    it(`is not ready, and says why, when ${desc}`, () => {
      assert.deepEqual(
        readinessOf(
          [
            { ...good, name: 'other' },
            { ...good, ...facts },
          ],
          false,
        ),
        { ready: false, reasons },
      );
    });
  }

  it('is not ready while the process drains', () => {
    assert.deepEqual(readinessOf([good], true).reasons, ['draining: the process is about to end']);
  });
});
