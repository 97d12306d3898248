import { status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import { detailsOf } from '../../test/sequencer/rpc-door.js';
import { nobleHasher } from '../../tlog/hash.js';
import { checkAddCall } from '../core/add-call.js';
import { staticCtLayout } from '../core/layout.js';
import { SequencerError, type SequencerErrorDetail } from '../core/sequencer-error.js';
import { grpcStatus } from './grpc-status.js';

/** The most bytes of metadata that gRPC for Java takes by itself. Source: GrpcUtil.DEFAULT_MAX_HEADER_LIST_SIZE. */
const METADATA_MAX_BYTES = 8_192;

/** How HTTP/2 counts a header, before it is compressed. Source: RFC 9113, 6.5.2. */
const HEADER_OVERHEAD_BYTES = 32;

/** The bytes of the trailers that carry a status. */
function trailersSizeBytes(error: unknown): number {
  const { code, details, metadata } = grpcStatus(error);
  const [binary] = metadata.get('grpc-status-details-bin');
  const trailers: [string, string][] = [
    ['grpc-status', String(code)],
    ['grpc-message', encodeURI(details)],
    ['grpc-status-details-bin', Buffer.from(binary ?? '').toString('base64')],
  ];
  return trailers.reduce((sum, [name, value]) => sum + name.length + value.length + HEADER_OVERHEAD_BYTES, 0);
}

describe('grpcStatus()', () => {
  const table: { detail: SequencerErrorDetail; code: keyof typeof GrpcStatus }[] = [
    { detail: { code: 'invalid', violations: [{ field: 'x', description: 'is empty' }] }, code: 'INVALID_ARGUMENT' },
    { detail: { code: 'unknown-log', log: 'x', known: ['a'] }, code: 'NOT_FOUND' },
    { detail: { code: 'exhausted', what: 'much', retryAfterMs: 1_500 }, code: 'RESOURCE_EXHAUSTED' },
    { detail: { code: 'unavailable', why: 'x' }, code: 'UNAVAILABLE' },
    { detail: { code: 'outcome-unknown', why: 'x' }, code: 'ABORTED' },
    { detail: { code: 'deadline', what: 'x' }, code: 'DEADLINE_EXCEEDED' },
    { detail: { code: 'precondition', why: 'x' }, code: 'FAILED_PRECONDITION' },
    { detail: { code: 'data-loss', object: 'tree', why: 'x' }, code: 'DATA_LOSS' },
  ];
  for (const { detail, code } of table) {
    it(`is ${code} for ${detail.code}, with the sentence of the error`, () => {
      const error = new SequencerError(detail, { cause: new Error('secret') });
      const status = grpcStatus(error);
      assert.equal(GrpcStatus[status.code], code);
      assert.equal(status.details, error.message);
      assert.doesNotMatch(JSON.stringify(status), /secret/);
    });
  }

  it('carries a violation for each field', () => {
    const violations = [
      { field: 'entries[0].data', description: 'is empty' },
      { field: 'wait_for', description: '9 is not a stage' },
    ];
    const status = grpcStatus(new SequencerError({ code: 'invalid', violations }));
    const details = detailsOf(status as unknown as ServiceError);
    assert.deepEqual(details.violations, violations);
    assert.equal(details.status?.code, GrpcStatus.INVALID_ARGUMENT);
    assert.equal(details.status.message, status.details);
  });

  it('carries the delay after which to try again', () => {
    const status = grpcStatus(new SequencerError({ code: 'exhausted', what: 'much', retryAfterMs: 1_500 }));
    assert.equal(detailsOf(status as unknown as ServiceError).retryAfterMs, 1_500);
  });

  it('has no details where none are promised', () => {
    const { metadata } = grpcStatus(new SequencerError({ code: 'unavailable', why: 'x' }));
    assert.deepEqual(metadata.getMap(), {});
  });

  for (const error of [
    new TypeError('secret'),
    'secret',
    undefined,
    null,
    Object.assign(new Error('x'), { code: 5 }),
  ]) {
    it(`is INTERNAL for ${String(error)}, and says no more`, () => {
      const { code, details, metadata } = grpcStatus(error);
      assert.equal(code, GrpcStatus.INTERNAL);
      assert.equal(details, 'an internal error; the sequencer has logged it');
      assert.deepEqual(metadata.getMap(), {});
    });
  }

  it('fits what clients take, whatever was wrong with the call', () => {
    const entry = {
      leafPrefix: new Uint8Array(0),
      data: new Uint8Array(1_000).fill(0xff),
      trailer: new Uint8Array(0),
      holes: {},
    };
    const wrong = {
      ...entry,
      leafPrefix: Uint8Array.of(0, 0),
      holes: { timestamp: 0, index: 995 },
      data: new Uint8Array(1_000),
    };
    const others = [{ field: 'wait_for', description: '-2147483648 is not a stage' }];
    for (const one of [entry, wrong]) {
      const call = Array<typeof entry>(1_025).fill(one);
      assert.throws(
        () => checkAddCall({ hasher: nobleHasher, layout: staticCtLayout }, call, others),
        (error) => trailersSizeBytes(error) < METADATA_MAX_BYTES,
      );
    }
  });

  it('fits what clients take, whatever the name of the log', () => {
    const known = Array.from({ length: 1_000 }, (_, i) => `${'x'.repeat(59)}${String(i).padStart(4, '0')}`);
    for (const log of ['', '😀'.repeat(1_000_000), '%'.repeat(1_000_000), '\u0000'.repeat(1_000)]) {
      const size = trailersSizeBytes(new SequencerError({ code: 'unknown-log', log, known }));
      assert.ok(size < METADATA_MAX_BYTES, `${size} bytes`);
    }
  });
});
