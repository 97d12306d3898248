import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromBase64, toBase64 } from '../../tlog/bytes.js';
import { TlogError } from '../../tlog/error.js';
import { decodeBase64 } from './base64.js';

/** What the decoder in JavaScript makes of a text. */
function reference(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text);
  } catch (error) {
    assert.ok(error instanceof TlogError);
    return undefined;
  }
}

describe('decodeBase64()', () => {
  it('takes what fromBase64() takes, and nothing else', () => {
    const texts = fc.oneof(
      fc.uint8Array({ maxLength: 50 }).map(toBase64),
      fc.base64String(),
      fc.string({ unit: fc.constantFrom('A', 'B', '/', '+', '-', '_', '=', ' ', '\n', 'é'), maxLength: 12 }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const decoded = decodeBase64(text);
        assert.deepEqual(decoded && Uint8Array.from(decoded), reference(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
