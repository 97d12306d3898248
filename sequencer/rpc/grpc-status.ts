import { Metadata, status as GrpcStatus, type StatusObject } from '@grpc/grpc-js';
import type { Any } from '../../proto/gen/google/protobuf/any.js';
import { BadRequest, RetryInfo } from '../../proto/gen/google/rpc/error_details.js';
import { Status } from '../../proto/gen/google/rpc/status.js';
import { SequencerError, type FieldViolation, type SequencerErrorDetail } from '../core/sequencer-error.js';

/** From every error of the sequencer to its status. Source: andamento/v1/sequencer.proto. */
const CODES: Readonly<Record<SequencerErrorDetail['code'], GrpcStatus>> = {
  invalid: GrpcStatus.INVALID_ARGUMENT,
  'unknown-log': GrpcStatus.NOT_FOUND,
  exhausted: GrpcStatus.RESOURCE_EXHAUSTED,
  unavailable: GrpcStatus.UNAVAILABLE,
  'outcome-unknown': GrpcStatus.ABORTED,
  deadline: GrpcStatus.DEADLINE_EXCEEDED,
  precondition: GrpcStatus.FAILED_PRECONDITION,
  'data-loss': GrpcStatus.DATA_LOSS,
};

/** The trailer that carries google.rpc.Status. Source: grpc/proposal, A66 and googleapis. */
const DETAILS_TRAILER = 'grpc-status-details-bin';

const MS_PER_SECOND = 1_000;
const NANOS_PER_MS = 1_000_000;

/** The status of an error, with its details. What is not a SequencerError is a defect: INTERNAL, and no word of its text. */
export function grpcStatus(error: unknown): StatusObject {
  if (!(error instanceof SequencerError)) {
    return {
      code: GrpcStatus.INTERNAL,
      details: 'an internal error; the sequencer has logged it',
      metadata: new Metadata(),
    };
  }
  const code = CODES[error.detail.code];
  const metadata = new Metadata();
  const details = detailsOf(error.detail);
  if (details.length > 0) {
    const status = Status.encode({ code, message: error.message, details }).finish();
    metadata.set(DETAILS_TRAILER, Buffer.from(status));
  }
  return { code, details: error.message, metadata };
}

function detailsOf(detail: SequencerErrorDetail): Any[] {
  if (detail.code === 'invalid') return [badRequest(detail.violations)];
  if (detail.code === 'exhausted') return [retryInfo(detail.retryAfterMs)];
  return [];
}

function badRequest(violations: readonly FieldViolation[]): Any {
  const fieldViolations = violations.map(({ field, description }) => ({
    field,
    description,
    reason: '',
    localizedMessage: undefined,
  }));
  return any('google.rpc.BadRequest', BadRequest.encode({ fieldViolations }).finish());
}

function retryInfo(retryAfterMs: number): Any {
  const retryDelay = {
    seconds: Math.floor(retryAfterMs / MS_PER_SECOND),
    nanos: (retryAfterMs % MS_PER_SECOND) * NANOS_PER_MS,
  };
  return any('google.rpc.RetryInfo', RetryInfo.encode({ retryDelay }).finish());
}

function any(type: string, value: Uint8Array): Any {
  return { typeUrl: `type.googleapis.com/${type}`, value: Buffer.from(value) };
}
