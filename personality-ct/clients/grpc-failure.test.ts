import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import { RetryInfo } from '../../proto/gen/google/rpc/error_details.js';
import { Status } from '../../proto/gen/google/rpc/status.js';
import { failureOf } from './grpc-failure.js';

function serviceError(code: status, details?: Uint8Array): ServiceError {
  const metadata = new Metadata();
  if (details) metadata.set('grpc-status-details-bin', Buffer.from(details));
  return Object.assign(new Error('x'), { code, details: 'too much is outstanding', metadata });
}

function retryInfo(seconds: number, nanos: number): Uint8Array {
  const value = Buffer.from(RetryInfo.encode({ retryDelay: { seconds, nanos } }).finish());
  const details = [{ typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value }];
  return Status.encode({ code: status.RESOURCE_EXHAUSTED, message: '', details }).finish();
}

describe('failureOf()', () => {
  const rows: { code: status; becomes: string }[] = [
    { code: status.UNAVAILABLE, becomes: 'unreachable' },
    { code: status.DEADLINE_EXCEEDED, becomes: 'deadline' },
    { code: status.ABORTED, becomes: 'uncertain' },
    { code: status.CANCELLED, becomes: 'uncertain' },
    { code: status.RESOURCE_EXHAUSTED, becomes: 'overloaded' },
    { code: status.FAILED_PRECONDITION, becomes: 'frozen' },
    { code: status.INVALID_ARGUMENT, becomes: 'rejected' },
    { code: status.NOT_FOUND, becomes: 'unknown-log' },
    { code: status.DATA_LOSS, becomes: 'stopped' },
    { code: status.PERMISSION_DENIED, becomes: 'not-allowed' },
    { code: status.UNAUTHENTICATED, becomes: 'not-allowed' },
    { code: status.INTERNAL, becomes: 'defect' },
    { code: status.UNKNOWN, becomes: 'defect' },
    { code: status.UNIMPLEMENTED, becomes: 'defect' },
  ];
  for (const { code, becomes } of rows) {
    it(`makes '${becomes}' of ${status[code]}, and keeps what it says`, () => {
      assert.deepEqual(failureOf(serviceError(code)), {
        code: becomes,
        message: `${status[code]}: too much is outstanding`,
      });
    });
  }

  it('takes the delay that the sequencer asks for', () => {
    assert.equal(failureOf(serviceError(status.RESOURCE_EXHAUSTED, retryInfo(2, 500_000_001))).retryAfterMs, 2_501);
  });

  it('takes no delay of more than five minutes', () => {
    assert.equal(failureOf(serviceError(status.RESOURCE_EXHAUSTED, retryInfo(86_400, 0))).retryAfterMs, 300_000);
  });

  it('does without details that cannot be read', () => {
    assert.equal(failureOf(serviceError(status.RESOURCE_EXHAUSTED, Uint8Array.of(0xff))).retryAfterMs, undefined);
  });

  it('does without metadata', () => {
    const bare = Object.assign(new Error('x'), { code: status.UNAVAILABLE, details: 'gone' }) as ServiceError;
    assert.equal(failureOf(bare).code, 'unreachable');
  });
});
