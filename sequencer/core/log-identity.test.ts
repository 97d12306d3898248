import assert from 'node:assert/strict';
import { fromUtf8, utf8 } from '../../tlog/bytes.js';
import { encodeLogIdentity, identityConflict, type LogIdentity } from './log-identity.js';

const own = { verifierKey: 'log.example/test+01020304+BQ==', spki: Uint8Array.of(1, 2, 3) };
const other = { verifierKey: 'log.example/test+05060708+AQ==', spki: Uint8Array.of(4) };
const identity: LogIdentity = { name: 'test', origin: 'log.example/test', layout: 'static-ct', publicKeys: [own] };

function storedWith(change: object): Uint8Array {
  const stored = JSON.parse(fromUtf8(encodeLogIdentity(identity))) as object;
  return utf8(JSON.stringify({ ...stored, ...change }));
}

describe('encodeLogIdentity()', () => {
  it('is JSON with version, origin, layout and keys, for ever the same', () => {
    const want = {
      version: 1,
      origin: 'log.example/test',
      layout: 'static-ct',
      publicKeys: [{ verifierKey: 'log.example/test+01020304+BQ==', spki: 'AQID' }],
    };
    assert.equal(fromUtf8(encodeLogIdentity(identity)), `${JSON.stringify(want, null, 2)}\n`);
  });
});

describe('identityConflict()', () => {
  it('finds none in what was stored', () => {
    assert.equal(identityConflict(encodeLogIdentity(identity), identity), undefined);
  });

  it('lets the name change, and further keys come and go', () => {
    const grown = { ...identity, name: 'renamed', publicKeys: [own, other] };
    assert.equal(identityConflict(encodeLogIdentity(identity), grown), undefined);
    assert.equal(identityConflict(encodeLogIdentity(grown), identity), undefined);
  });

  it('lets a later version of the same form add what it needs', () => {
    assert.equal(identityConflict(storedWith({ since: 2026 }), identity), undefined);
  });

  const belongs = 'it belongs to a log whose';
  const table: { desc: string; stored: Uint8Array; want: string }[] = [
    { desc: 'no bytes', stored: new Uint8Array(0), want: 'it is not JSON' },
    { desc: 'no UTF-8', stored: Uint8Array.of(0x22, 0xff, 0x22), want: 'it is not JSON' },
    { desc: 'null', stored: utf8('null'), want: 'it is not a JSON object' },
    { desc: 'a number', stored: utf8('1'), want: 'it is not a JSON object' },
    { desc: 'a list', stored: utf8('[]'), want: 'it is not a JSON object' },
    { desc: 'no version', stored: utf8('{}'), want: 'its version is missing, and this sequencer reads 1' },
    { desc: 'version 2', stored: storedWith({ version: 2 }), want: 'its version is 2, and this sequencer reads 1' },
    {
      desc: 'version "1"',
      stored: storedWith({ version: '1' }),
      want: 'its version is "1", and this sequencer reads 1',
    },
    {
      desc: 'another origin',
      stored: storedWith({ origin: 'log.example/else' }),
      want: `${belongs} origin is "log.example/else", and the configuration says "log.example/test"`,
    },
    {
      desc: 'another layout',
      stored: storedWith({ layout: 'tlog-tiles' }),
      want: `${belongs} layout is "tlog-tiles", and the configuration says "static-ct"`,
    },
    {
      desc: 'another own key',
      stored: encodeLogIdentity({ ...identity, publicKeys: [other, own] }),
      want: `${belongs} public key is "log.example/test+05060708+AQ==", and the configuration says "log.example/test+01020304+BQ=="`,
    },
    {
      desc: 'keys that are no list',
      stored: storedWith({ publicKeys: 'x' }),
      want: `${belongs} public key is missing, and the configuration says "log.example/test+01020304+BQ=="`,
    },
    {
      desc: 'a key that is null',
      stored: storedWith({ publicKeys: [null] }),
      want: `${belongs} public key is missing, and the configuration says "log.example/test+01020304+BQ=="`,
    },
  ];
  for (const { desc, stored, want } of table) {
    it(`says what is wrong with ${desc}`, () => {
      assert.equal(identityConflict(stored, identity), want);
    });
  }
});
