import type {
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
  ServerUnaryCall,
  ServerWritableStream,
} from '@grpc/grpc-js';
import { once } from 'node:events';
import type {
  AddRequest,
  GetLogRequest,
  IntegrateRequest,
  PutAttachmentRequest,
  SequencerServiceServer,
  WatchCheckpointsRequest,
  WatchCheckpointsResponse,
} from '../../proto/gen/andamento/v1/sequencer.js';
import type { Logger } from '../../service/logger.js';
import type { Hasher } from '../../tlog/hash.js';
import { checkAddCall } from '../core/add-call.js';
import { layoutOf } from '../core/layout.js';
import { SequencerError } from '../core/sequencer-error.js';
import type { Log } from '../steps/log.js';
import { grpcStatus } from './grpc-status.js';
import { addResponse, checkpointMessage, entryOf, integrateResponse, logMessage, stageName } from './messages.js';

/** What the service needs. */
export interface ServiceDeps {
  /** Every log of the process, by name. */
  readonly logs: ReadonlyMap<string, Log>;
  readonly hasher: Hasher;
  readonly log: Logger;
  /** The address under which clients reach the leader of every log. */
  readonly leader: () => string;
}

/** The rpcs of andamento.v1.SequencerService. */
export function createSequencerService({ logs, hasher, log, leader }: ServiceDeps): SequencerServiceServer {
  const find = (name: string): Log => findLog(logs, name);
  return {
    add: unary(log, async (request: AddRequest, signal) => {
      const found = find(request.log);
      const layout = layoutOf(found.identity.layout);
      const entries = checkAddCall({ hasher, layout }, request.entries.map(entryOf));
      return addResponse(await found.add(entries, stageName(request.waitFor), signal));
    }),
    integrate: unary(log, async (request: IntegrateRequest) =>
      integrateResponse(await find(request.log).integrate(request)),
    ),
    getLog: unary(log, async (request: GetLogRequest) => Promise.resolve(logMessage(find(request.log), leader()))),
    listLogs: unary(log, async () =>
      Promise.resolve({ logs: [...logs.keys()].sort().map((name) => logMessage(find(name), leader())) }),
    ),
    watchCheckpoints: watchCheckpoints({ find, log }),
    putAttachment: unary(log, async (request: PutAttachmentRequest, signal) => ({
      path: await find(request.log).putAttachment(request.content, signal),
    })),
  };
}

/** An empty name means the only log of the process. */
function findLog(logs: ReadonlyMap<string, Log>, name: string): Log {
  const [only] = logs.values();
  const found = name === '' && logs.size === 1 ? only : logs.get(name);
  if (found !== undefined) return found;
  throw new SequencerError({ code: 'unknown-log', log: name, known: [...logs.keys()].sort() });
}

function unary<Request, Response>(
  log: Logger,
  handle: (request: Request, signal: AbortSignal) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    const gone = new AbortController();
    call.on('cancelled', () => {
      gone.abort();
    });
    handle(call.request, gone.signal).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        // Nobody hears the answer to a call that was cancelled, and its failure is not one.
        if (!gone.signal.aborted) logDefect(log, error);
        callback(grpcStatus(error));
      },
    );
  };
}

function watchCheckpoints(deps: {
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
    if (!call.write({ checkpoint: checkpointMessage(checkpoint) })) await once(call, 'drain', { signal });
  }
}

function logDefect(log: Logger, error: unknown): void {
  if (!(error instanceof SequencerError)) log.error({ err: error }, 'an rpc failed with an internal error');
}
