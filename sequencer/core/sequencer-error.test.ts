import assert from 'node:assert/strict';
import { dataLoss, SequencerError, type SequencerErrorDetail } from './sequencer-error.js';

const known = ['a', 'b'];

describe('SequencerError', () => {
  const table: { detail: SequencerErrorDetail; want: string }[] = [
    {
      detail: {
        code: 'invalid',
        violations: [
          { field: 'x', description: 'is empty' },
          { field: 'y', description: 'is 7' },
        ],
      },
      want: 'x: is empty; y: is 7',
    },
    {
      detail: { code: 'unknown-log', log: '', known },
      want: 'log is empty, and this process serves several: a, b',
    },
    { detail: { code: 'unknown-log', log: 'c', known }, want: 'no log is named "c"; there are: a, b' },
    {
      detail: { code: 'exhausted', what: '9 entries would be outstanding', retryAfterMs: 1000 },
      want: '9 entries would be outstanding; retry after 1000 ms',
    },
    { detail: { code: 'unavailable', why: 'the disk is full' }, want: 'nothing was stored: the disk is full' },
    {
      detail: { code: 'outcome-unknown', why: 'no answer' },
      want: 'whether the entries were stored is not known, and repeating the call is safe: no answer',
    },
    { detail: { code: 'deadline', what: 'too late' }, want: 'too late' },
    { detail: { code: 'precondition', why: 'no attachments' }, want: 'no attachments' },
    { detail: { code: 'data-loss', object: 'tree', why: 'it is missing' }, want: 'tree: it is missing' },
  ];
  for (const { detail, want } of table) {
    it(`says of ${detail.code}: ${want}`, () => {
      assert.equal(new SequencerError(detail).message, want);
    });
  }

  it('repeats no more than 64 characters of a name, and lists no more than 16', () => {
    const names = Array.from({ length: 40 }, (_, i) => `log-${i}`);
    const { message } = new SequencerError({ code: 'unknown-log', log: 'x'.repeat(1_000_000), known: names });
    assert.equal(
      message,
      `no log is named "${'x'.repeat(64)}…"; there are: ${names.slice(0, 16).join(', ')}, and 24 more`,
    );
  });
});

describe('dataLoss()', () => {
  it('keeps the cause', () => {
    const cause = new Error('read');
    assert.equal(dataLoss('tree', 'it is damaged', cause).cause, cause);
    assert.equal('cause' in dataLoss('tree', 'it is damaged'), false);
  });
});
