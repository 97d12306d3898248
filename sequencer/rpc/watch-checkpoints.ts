import type { handleServerStreamingCall, ServerWritableStream } from '@grpc/grpc-js';
import type { WatchCheckpointsRequest, WatchCheckpointsResponse } from '../../proto/gen/andamento/v1/sequencer.js';
import type { Logger } from '../../service/logger.js';
import type { Log } from '../steps/log.js';
import { grpcStatus } from './grpc-status.js';
import { logDefect } from './log-defect.js';
import { checkpointMessage } from './messages.js';

/**
 * The rpc WatchCheckpoints: the current checkpoint, then each that is published; a reader that is slow skips to the
 * newest.
 */
export function watchCheckpoints(deps: {
  readonly find: (name: string) => Log;
  readonly log: Logger;
}): handleServerStreamingCall<WatchCheckpointsRequest, WatchCheckpointsResponse> {
  return (call) => {
    const gone = new AbortController();
    for (const event of ['cancelled', 'close']) {
      call.on(event, () => {
        gone.abort();
      });
    }
    pushCheckpoints(deps.find, call, gone.signal).then(
      () => {
        call.end();
      },
      (error: unknown) => {
        if (gone.signal.aborted) return;
        logDefect(deps.log, error);
        call.emit('error', grpcStatus(error));
      },
    );
  };
}

async function pushCheckpoints(
  find: (name: string) => Log,
  call: ServerWritableStream<WatchCheckpointsRequest, WatchCheckpointsResponse>,
  signal: AbortSignal,
): Promise<void> {
  for await (const checkpoint of find(call.request.log).watchCheckpoints(signal)) {
    // While the reader is slow nothing is queued for it: the feed goes on with the newest one.
    await sent(call, { checkpoint: checkpointMessage(checkpoint) }, signal);
  }
}

/** Resolves when the connection has taken the message, or when the signal is aborted: then it may never take it. */
async function sent<Message>(
  call: ServerWritableStream<unknown, Message>,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    call.write(message, done);
  });
}
