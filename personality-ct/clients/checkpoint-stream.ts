import { status, type ClientReadableStream, type ServiceError } from '@grpc/grpc-js';
import type { WatchCheckpointsResponse } from '../../proto/gen/andamento/v1/sequencer.js';
import { TlogError } from '../../tlog/error.js';
import type { PublishedCheckpoint, SequencerFailure } from '../ports/sequencer.js';
import { failureOf } from './grpc-failure.js';
import { ContradictionError, readCheckpoint } from './messages.js';

/**
 * Hands on every checkpoint of a stream.
 *
 * @returns why the stream ended. @throws the signal's reason when it was aborted.
 */
export function watchStream(
  stream: ClientReadableStream<WatchCheckpointsResponse>,
  onCheckpoint: (checkpoint: PublishedCheckpoint) => void,
  signal: AbortSignal,
): Promise<SequencerFailure> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      stream.cancel();
    };
    const end = (failure: SequencerFailure): void => {
      signal.removeEventListener('abort', cancel);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(failure);
    };
    stream.on('data', ({ checkpoint }: WatchCheckpointsResponse) => {
      try {
        onCheckpoint(readCheckpoint(checkpoint));
      } catch (error) {
        if (!(error instanceof ContradictionError) && !(error instanceof TlogError)) throw error;
        // The first end counts: that of the cancelled stream comes later and changes nothing.
        end({ code: 'contradiction', message: error.message });
        cancel();
      }
    });
    stream.on('error', (error: ServiceError) => {
      end(failureOf(error));
    });
    stream.on('end', () => {
      end({ code: 'unreachable', message: `${status[status.OK]}: the sequencer has ended the stream` });
    });
    signal.addEventListener('abort', cancel);
    if (signal.aborted) cancel();
  });
}
