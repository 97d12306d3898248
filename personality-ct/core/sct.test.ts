import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refusesBytes } from '../../test/certificates/refuses-bytes.js';
import { concatBytes, toBase64 } from '../../tlog/bytes.js';
import { sha256Of } from '../../tlog/hash.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import { encodeMerkleTreeLeaf, encodeTimestampedEntry, indexHoleOffset } from '../../tlog/tile-leaf.js';
import type { LogEntry } from './entry.js';
import { encodeSct, parseSct, sctInput, sctVerifies } from './sct.js';

const signedEntry = { type: 'certificate', certificate: Uint8Array.of(1, 2, 3) } as const;
const data = encodeTimestampedEntry({ timestamp: timestampMs(0), index: leafIndex(0), signedEntry });
const entry: LogEntry = {
  leafPrefix: Uint8Array.of(0, 0),
  data,
  trailer: new Uint8Array(),
  timestampOffset: 0,
  indexOffset: indexHoleOffset(data.length),
};
const stamp = { timestamp: timestampMs(1_469_185_273_000), index: leafIndex(1) };
const logId = sha256Of(new Uint8Array(32).fill(7));
const sct = { logId, stamp, derSignature: Uint8Array.of(0x30, 0x00) };

describe('sctInput()', () => {
  it('is the MerkleTreeLeaf, whatever timestamp and index are', () => {
    const timestamps = fc.nat({ max: Number.MAX_SAFE_INTEGER }).map(timestampMs);
    const indices = fc.nat({ max: 2 ** 40 - 1 }).map(leafIndex);
    fc.assert(
      fc.property(timestamps, indices, (timestamp, index) => {
        assert.deepEqual(
          sctInput(entry, { timestamp, index }),
          encodeMerkleTreeLeaf({ timestamp, index, signedEntry }),
        );
      }),
    );
  });

  it('leaves the entry as it was', () => {
    const before = Uint8Array.from(entry.data);
    sctInput(entry, stamp);
    assert.deepEqual(entry.data, before);
  });
});

describe('encodeSct()', () => {
  it('is the answer of RFC 6962, with the index among the extensions', () => {
    assert.deepEqual(encodeSct(sct), {
      sct_version: 0,
      id: toBase64(logId),
      timestamp: 1_469_185_273_000,
      extensions: 'AAAFAAAAAAE=',
      signature: toBase64(Uint8Array.of(4, 3, 0, 2, 0x30, 0x00)),
    });
  });

  it('has the extensions AAAFAAAAAAA= for the first entry', () => {
    assert.equal(encodeSct({ ...sct, stamp: { ...stamp, index: leafIndex(0) } }).extensions, 'AAAFAAAAAAA=');
  });
});

describe('parseSct()', () => {
  const json = encodeSct(sct);

  it('undoes encodeSct(), and ignores other members', () => {
    assert.deepEqual(parseSct({ ...json, other: 1 }), sct);
    assert.deepEqual(parseSct(JSON.parse(JSON.stringify(json))), sct);
  });

  const refused: readonly { desc: string; json: unknown; message: RegExp }[] = [
    { desc: 'null', json: null, message: /the SCT is not a JSON object/ },
    { desc: 'text', json: 'sct', message: /the SCT is not a JSON object/ },
    { desc: 'another version', json: { ...json, sct_version: 1 }, message: /sct_version is 1, not 0/ },
    { desc: 'no version', json: { id: json.id }, message: /sct_version is undefined, not 0/ },
    { desc: 'a missing log ID', json: { ...json, id: undefined }, message: /id is missing/ },
    { desc: 'a short log ID', json: { ...json, id: 'AAAA' }, message: /id is malformed: .*32 bytes/ },
    { desc: 'a log ID that is a number', json: { ...json, id: 5 }, message: /id is malformed/ },
    { desc: 'a timestamp in words', json: { ...json, timestamp: 'now' }, message: /timestamp is malformed/ },
    { desc: 'half a millisecond', json: { ...json, timestamp: 1.5 }, message: /timestamp is malformed/ },
    { desc: 'no leaf index', json: { ...json, extensions: '' }, message: /extensions is malformed: .*leaf_index/ },
    { desc: 'bad base64', json: { ...json, signature: 'BAMAAjAA=' }, message: /signature is malformed/ },
    { desc: 'another algorithm', json: { ...json, signature: 'BAEAAjAA' }, message: /signature is malformed/ },
  ];
  for (const { desc, json: wrong, message } of refused) {
    it(`refuses ${desc}`, () => refusesBytes(() => parseSct(wrong), message, 'malformed-sct'));
  }
});

describe('sctVerifies()', () => {
  it('asks about the filled leaf and the signature', () => {
    const asked: Uint8Array[] = [];
    const verify = (message: Uint8Array, derSignature: Uint8Array): boolean => {
      asked.push(concatBytes(message, derSignature));
      return asked.length === 1;
    };
    assert.equal(sctVerifies(verify, entry, sct), true);
    assert.equal(sctVerifies(verify, entry, sct), false);
    assert.deepEqual(asked[0], concatBytes(sctInput(entry, stamp), sct.derSignature));
  });
});
