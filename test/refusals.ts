import assert from 'node:assert/strict';
import { SequencerError, type SequencerErrorDetail } from '../sequencer/core/sequencer-error.js';

/** For assert.rejects: the error is a SequencerError of this code; of a data-loss, one that names this object. */
export function isRefusal(code: SequencerErrorDetail['code'], object?: string): (error: unknown) => true {
  return (error) => {
    if (!(error instanceof SequencerError)) throw error;
    assert.equal(error.detail.code, code, error.message);
    if (error.detail.code === 'data-loss' && object !== undefined) assert.equal(error.detail.object, object);
    return true;
  };
}
