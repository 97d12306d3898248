import assert from 'node:assert/strict';
import { StartupError, listenFailure } from './startup-error.js';

const at = { host: '127.0.0.1', port: 8080 };

describe('listenFailure()', () => {
  it('names the address and the setting of a taken port', () => {
    const error = listenFailure(Object.assign(new Error('x'), { code: 'EADDRINUSE' }), { at, setting: 'read.listen' });
    assert(error instanceof StartupError);
    assert.equal(
      error.message,
      'cannot listen at 127.0.0.1:8080 (setting read.listen): something else listens there already (EADDRINUSE)',
    );
  });

  it('finds the code inside the text of grpc-js', () => {
    const text = 'No address added out of total 1 resolved errors: [listen EADDRINUSE: address already in use]';
    assert(listenFailure(new Error(text), { at, setting: 'rpc.listen' }) instanceof StartupError);
  });

  it('leaves an error that it does not know as it is', () => {
    const error = new Error('a defect');
    assert.equal(listenFailure(error, { at, setting: 'rpc.listen' }), error);
  });
});
