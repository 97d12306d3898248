import assert from 'node:assert/strict';
import { publicHeaders } from './public-object.js';

const IMMUTABLE = 'public, max-age=604800, immutable';
const ISSUER = `issuer/${'ab'.repeat(32)}`;

describe('publicHeaders()', () => {
  const table: { name: string; contentType: string; cacheControl: string; compressible: boolean }[] = [
    { name: 'checkpoint', contentType: 'text/plain; charset=utf-8', cacheControl: 'no-cache', compressible: false },
    { name: 'log.json', contentType: 'application/json', cacheControl: 'no-cache', compressible: true },
    { name: 'tile/0/000', contentType: 'application/octet-stream', cacheControl: IMMUTABLE, compressible: false },
    { name: 'tile/5/000.p/1', contentType: 'application/octet-stream', cacheControl: IMMUTABLE, compressible: false },
    {
      name: 'tile/data/x001/000',
      contentType: 'application/octet-stream',
      cacheControl: IMMUTABLE,
      compressible: true,
    },
    {
      name: 'tile/entries/000.p/7',
      contentType: 'application/octet-stream',
      cacheControl: IMMUTABLE,
      compressible: true,
    },
    { name: ISSUER, contentType: 'application/pkix-cert', cacheControl: IMMUTABLE, compressible: false },
  ];
  for (const { name, ...want } of table) {
    it(`says how ${name} is served`, () => {
      assert.deepEqual(publicHeaders(name), want);
    });
  }

  const none = [
    '',
    'tree',
    'log',
    'lease',
    'journal/0000000001/0000000000000',
    'stamps/000.p/1',
    '../private/tree',
    'tile/../checkpoint',
    'tile/0/../../checkpoint',
    '/checkpoint',
    'checkpoint/',
    'checkpoint\n',
    'log.json\0',
    'Checkpoint',
    'tile/0/0',
    'tile/0/000.p/256',
    'tile/0/000.p/0',
    'tile/0/x000/001',
    'tile/6/000',
    'tile/-1/000',
    'tile/0/000/',
    'tile/0/000?x',
    'tile/data/٠٠٠',
    ISSUER.toUpperCase(),
    `${ISSUER}0`,
    '__proto__',
    'constructor',
  ];
  for (const name of none) {
    it(`knows no public object ${JSON.stringify(name)}`, () => {
      assert.equal(publicHeaders(name), undefined);
    });
  }
});
