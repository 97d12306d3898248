import assert from 'node:assert/strict';
import { TlogError, type TlogErrorCode } from '../tlog/error.js';

/** Asserts that an action throws a TlogError with this code, and a message that says this. */
export function refuses(code: TlogErrorCode, action: () => unknown, message?: string | RegExp): void {
  assert.throws(action, (error: unknown) => {
    if (!(error instanceof TlogError)) throw error;
    assert.equal(error.detail.code, code, error.message);
    if (typeof message === 'string') assert.equal(error.message, message);
    else if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}
