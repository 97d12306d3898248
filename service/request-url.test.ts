import assert from 'node:assert/strict';
import { withSingleSlashes } from './request-url.js';

describe('withSingleSlashes()', () => {
  for (const { desc, url, want } of [
    { desc: 'leaves a plain path as it is', url: '/dev/checkpoint', want: '/dev/checkpoint' },
    { desc: 'makes one slash of two', url: '/dev//checkpoint', want: '/dev/checkpoint' },
    { desc: 'makes one slash of many, everywhere', url: '///dev////tile//0', want: '/dev/tile/0' },
    { desc: 'does not touch the query', url: '/dev//checkpoint?next=//x', want: '/dev/checkpoint?next=//x' },
    { desc: 'does not touch a whole URL', url: 'http://log.example/dev', want: 'http://log.example/dev' },
    { desc: 'does not touch an encoded slash', url: '/dev/%2F/checkpoint', want: '/dev/%2F/checkpoint' },
  ]) {
    it(desc, () => {
      assert.equal(withSingleSlashes(url), want);
    });
  }
});
