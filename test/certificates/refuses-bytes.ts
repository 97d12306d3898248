import assert from 'node:assert/strict';
import { CtError, type CtErrorDetail } from '../../personality-ct/core/error.js';

/** Asserts that an action throws a CtError with this code, and a message that says this. */
export function refusesBytes(
  action: () => unknown,
  message: RegExp,
  code: CtErrorDetail['code'] = 'malformed-der',
): void {
  assert.throws(action, (error: unknown) => {
    if (!(error instanceof CtError)) throw error;
    assert.equal(error.detail.code, code);
    assert.match(error.message, message);
    return true;
  });
}
