import { credentials, Metadata, type CallOptions, type ClientUnaryCall, type ServiceError } from '@grpc/grpc-js';
import { SequencerServiceClient } from '../../proto/gen/andamento/v1/sequencer.js';
import { formatAddress, type Address } from '../../service/address.js';
import type { Clock } from '../../service/clock.js';
import { TlogError } from '../../tlog/error.js';
import { answered, failed, type Answer, type SequencerLog } from '../ports/sequencer.js';
import { watchStream } from './checkpoint-stream.js';
import { failureOf } from './grpc-failure.js';
import { addRequest, bufferOf, ContradictionError, readAdded, readIntegrated, readLogReport } from './messages.js';

/** The connection to one sequencer, which serves several logs. */
export interface SequencerClient {
  /** The log of this name. */
  log(name: string): SequencerLog;
  close(): void;
}

/** How the channel behaves. Names and units are those of gRPC; times are in ms. */
const CHANNEL_OPTIONS = {
  // The default waits up to two minutes before it connects again; a sequencer is back in seconds.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // A connection whose other end vanished without a word is found out.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // Retrying is decided here, where it is known what is safe.
  'grpc.enable_retries': 0,
  // The sequencer is inside; a proxy for the way out must not be used.
  'grpc.enable_http_proxy': 0,
  // Answers are small: 1,024 entries of some 20 bytes.
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
};

/** One unary method of the generated client. */
type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/**
 * Creates a client. It connects when it is first used, and again whenever the connection is lost.
 *
 * @param options.timeoutMs how long a call may take, in ms.
 */
export function createSequencerClient(options: {
  readonly address: Address;
  readonly timeoutMs: number;
  readonly clock: Clock;
}): SequencerClient {
  const { address, timeoutMs, clock } = options;
  const client = new SequencerServiceClient(formatAddress(address), credentials.createInsecure(), CHANNEL_OPTIONS);

  function call<Request, Response, T>(
    method: Unary<Request, Response>,
    request: Request,
    { read, signal }: { read: (response: Response) => T; signal: AbortSignal | undefined },
  ): Promise<Answer<T>> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      const onAbort = (): void => {
        running.cancel();
      };
      const deadline = new Date(clock.now() + timeoutMs);
      const running = method.call(client, request, new Metadata(), { deadline }, (error, response) => {
        signal?.removeEventListener('abort', onAbort);
        if (error === null) resolve(readChecked(read, response));
        else if (signal?.aborted === true) reject(signal.reason as Error);
        else resolve({ kind: 'failed', failure: failureOf(error) });
      });
      signal?.addEventListener('abort', onAbort);
    });
  }

  /* eslint-disable @typescript-eslint/unbound-method -- call() gives each method its client. */
  function log(name: string): SequencerLog {
    return {
      getLog: (signal) => call(client.getLog, { log: name }, { read: readLogReport, signal }),
      add: (entries, waitFor, signal) =>
        call(client.add, addRequest(name, entries, waitFor), { read: (added) => readAdded(added, waitFor), signal }),
      integrate: (signal) =>
        call(client.integrate, { log: name, alwaysWriteCheckpoint: true }, { read: readIntegrated, signal }),
      putAttachment: (content, signal) =>
        call(client.putAttachment, { log: name, content: bufferOf(content) }, { read: ({ path }) => path, signal }),
      watchCheckpoints: (onCheckpoint, signal) =>
        watchStream(client.watchCheckpoints({ log: name }), onCheckpoint, signal),
    };
  }
  /* eslint-enable @typescript-eslint/unbound-method -- see above. */

  return {
    log,
    close: () => {
      client.close();
    },
  };
}

function readChecked<Response, T>(read: (response: Response) => T, response: Response): Answer<T> {
  try {
    return answered(read(response));
  } catch (error) {
    if (error instanceof ContradictionError || error instanceof TlogError)
      return failed('contradiction', error.message);
    throw error;
  }
}
