import assert from 'node:assert/strict';
import { AddRequest, Stage } from '../../proto/gen/andamento/v1/sequencer.js';
import { plainEntry } from '../../test/sequencer-client.js';
import { utf8 } from '../../tlog/bytes.js';
import { readAddRequest } from './add-request.js';

const request: AddRequest = {
  log: 'dev',
  entries: Array.from({ length: 1_024 }, (_, i) => plainEntry(utf8(String(i)))),
  waitFor: Stage.STAGE_PUBLISHED,
};
const encoded = AddRequest.encode(request).finish();
const decoded = AddRequest.decode(encoded);

describe('readAddRequest()', () => {
  it('decodes a request of 1,024 entries', () => {
    assert.equal(decoded.entries.length, 1_024);
    assert.deepEqual(readAddRequest(encoded), decoded);
  });

  it('decodes the empty message', () => {
    assert.deepEqual(readAddRequest(new Uint8Array(0)), { log: '', entries: [], waitFor: 0 });
  });

  it('passes over fields that it does not know', () => {
    const unknown = Uint8Array.of(0xfa, 0x01, 0x02, 0x12, 0x00);
    assert.deepEqual(readAddRequest(Buffer.concat([unknown, encoded, unknown])), decoded);
  });

  it('counts entries that are too many, and makes none', () => {
    const empty = Uint8Array.of(0x12, 0x00);
    assert.deepEqual(readAddRequest(Buffer.concat([encoded, empty])), { tooManyEntries: 1_025 });
  });

  it('counts the millions that fit a message, in the time of a call', () => {
    const millions = Buffer.alloc(8 * 1024 * 1024).fill(Uint8Array.of(0x12, 0x00));
    const began = process.memoryUsage().rss;
    assert.deepEqual(readAddRequest(millions), { tooManyEntries: 4_194_304 });
    assert.ok(process.memoryUsage().rss - began < 500_000_000);
  });

  for (const { desc, bytes } of [
    { desc: 'is cut', bytes: encoded.subarray(0, -3) },
    { desc: 'has a field 0', bytes: Uint8Array.of(0x02, 0x00) },
    { desc: 'has a wire type that does not exist', bytes: Uint8Array.of(0x16) },
  ]) {
    it(`refuses a message that ${desc}`, () => {
      assert.throws(() => readAddRequest(bytes));
    });
  }
});
