import assert from 'node:assert/strict';
import type { LogReport } from '../ports/sequencer.js';
import { identityProblem } from './log-identity.js';

describe('identityProblem()', () => {
  const spki = Uint8Array.of(1, 2, 3);
  const expected = { origin: 'log.example/2025', spki };
  const report: LogReport = {
    ...{ origin: 'log.example/2025', layout: 'static-ct', publicKeys: [spki, Uint8Array.of(9)], mode: 'serving' },
    ...{ stopReason: '', published: undefined, oldestUnpublished: undefined },
  };

  it('finds nothing wrong with the configured log', () => {
    assert.equal(identityProblem(expected, report), undefined);
  });

  const rows: { desc: string; other: Partial<LogReport>; says: RegExp }[] = [
    { desc: 'another layout', other: { layout: 'tlog-tiles' }, says: /the layout of the log is tlog-tiles/ },
    {
      desc: 'another key',
      other: { publicKeys: [Uint8Array.of(7)] },
      says: /own key is Bw==, but keyFile holds the key of AQID/,
    },
    { desc: 'the key only as a further one', other: { publicKeys: [Uint8Array.of(7), spki] }, says: /own key is Bw==/ },
    { desc: 'no key', other: { publicKeys: [] }, says: /own key is no key/ },
    {
      desc: 'another origin',
      other: { origin: 'log.example/2026' },
      says: /'log.example\/2026', but 'log.example\/2025'/,
    },
  ];
  for (const { desc, other, says } of rows) {
    it(`refuses ${desc}`, () => {
      assert.match(String(identityProblem(expected, { ...report, ...other })), says);
    });
  }
});
