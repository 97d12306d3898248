import { status, type ServiceError } from '@grpc/grpc-js';
import { RetryInfo } from '../../proto/gen/google/rpc/error_details.js';
import { Status } from '../../proto/gen/google/rpc/status.js';
import type { SequencerFailure, SequencerFailureCode } from '../ports/sequencer.js';

/** What each gRPC status means. Source: proto/andamento/v1/sequencer.proto. What is not here is a defect. */
const CODES: ReadonlyMap<status, SequencerFailureCode> = new Map<status, SequencerFailureCode>([
  [status.UNAVAILABLE, 'unreachable'],
  // A call of ours that was cancelled by the other side or by a broken connection.
  [status.CANCELLED, 'uncertain'],
  [status.ABORTED, 'uncertain'],
  [status.DEADLINE_EXCEEDED, 'deadline'],
  [status.RESOURCE_EXHAUSTED, 'overloaded'],
  [status.FAILED_PRECONDITION, 'frozen'],
  [status.INVALID_ARGUMENT, 'rejected'],
  [status.NOT_FOUND, 'unknown-log'],
  [status.DATA_LOSS, 'stopped'],
  [status.PERMISSION_DENIED, 'not-allowed'],
  [status.UNAUTHENTICATED, 'not-allowed'],
]);

/** The metadata that carries a google.rpc.Status. Source: gRPC, "Richer error model". */
const DETAILS_KEY = 'grpc-status-details-bin';
const RETRY_INFO_TYPE = 'type.googleapis.com/google.rpc.RetryInfo';

/** The longest delay that is taken from a sequencer, in ms. A client should not be sent away for longer by one answer. */
const RETRY_AFTER_MAX_MS = 5 * 60_000;

/** Turns the error of a gRPC call into a failure. */
export function failureOf(error: ServiceError): SequencerFailure {
  const code = CODES.get(error.code) ?? 'defect';
  const retryAfterMs = retryDelayMs(error);
  const message = `${status[error.code]}: ${error.details}`;
  return { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function retryDelayMs(error: ServiceError): number | undefined {
  // Errors that grpc-js makes itself may come without metadata, whatever the type says.
  const [bytes] = (error.metadata as ServiceError['metadata'] | undefined)?.get(DETAILS_KEY) ?? [];
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    const info = Status.decode(bytes).details.find(({ typeUrl }) => typeUrl === RETRY_INFO_TYPE);
    const delay = info && RetryInfo.decode(info.value).retryDelay;
    const delayMs = delay && delay.seconds * 1_000 + Math.ceil(delay.nanos / 1e6);
    return delayMs !== undefined && delayMs >= 0 ? Math.min(delayMs, RETRY_AFTER_MAX_MS) : undefined;
  } catch {
    // Details that cannot be read are only a hint less.
    return undefined;
  }
}
