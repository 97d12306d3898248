import assert from 'node:assert/strict';
import { duration, parseDuration } from './duration.js';

describe('parseDuration()', () => {
  const rows: { text: string; ms: number | undefined }[] = [
    { text: '200ms', ms: 200 },
    { text: '15s', ms: 15_000 },
    { text: '1m', ms: 60_000 },
    { text: '24h', ms: 86_400_000 },
    { text: '0s', ms: 0 },
    { text: '366h', ms: 1_317_600_000 },
    { text: '8785h', ms: undefined },
    { text: '', ms: undefined },
    { text: '5', ms: undefined },
    { text: '05s', ms: undefined },
    { text: '1.5s', ms: undefined },
    { text: '-1s', ms: undefined },
    { text: '1h30m', ms: undefined },
    { text: ' 1s', ms: undefined },
  ];
  for (const { text, ms } of rows) {
    it(`reads '${text}' as ${ms === undefined ? 'nothing' : `${ms} ms`}`, () => {
      assert.equal(parseDuration(text), ms);
    });
  }
});

describe('duration()', () => {
  it('takes both bounds', () => {
    const schema = duration({ minMs: 1_000, maxMs: 2_000 });
    assert.equal(schema.parse('1s'), 1_000);
    assert.equal(schema.parse('2s'), 2_000);
  });

  it('says which range a duration is out of', () => {
    const result = duration({ minMs: 1_000, maxMs: 2_000 }).safeParse('3s');
    assert.match(String(result.error?.issues[0]?.message), /3s is out of range: it must be from 1000 ms to 2000 ms/);
  });

  it('says how a duration is written', () => {
    const result = duration().safeParse('soon');
    assert.match(String(result.error?.issues[0]?.message), /'soon' is not a duration: write a whole number and a unit/);
  });
});
