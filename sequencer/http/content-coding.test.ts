import assert from 'node:assert/strict';
import { acceptsGzip } from './content-coding.js';

describe('acceptsGzip()', () => {
  const yes = [
    'gzip',
    'GZIP',
    'x-gzip',
    '*',
    'br, gzip',
    'gzip;q=0.001',
    'gzip ; q=1.000',
    'deflate,gzip;q=1,*;q=0',
    'identity;q=0.5, *;q=0.1',
  ];
  for (const header of yes) {
    it(`says yes to ${JSON.stringify(header)}`, () => {
      assert.equal(acceptsGzip(header), true);
    });
  }

  const no = [
    undefined,
    '',
    'identity',
    'br',
    'gzip;q=0',
    'gzip;q=0.000',
    '*;q=0',
    'gzip;q=0, *',
    'gzip;q=x',
    'gzip;q=-1',
    'gzip;q=2',
    'gzipped',
    ',',
    ';',
  ];
  for (const header of no) {
    it(`says no to ${JSON.stringify(header)}`, () => {
      assert.equal(acceptsGzip(header), false);
    });
  }
});
