import type { handleUnaryCall, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import type {
  GetLogRequest,
  IntegrateRequest,
  PutAttachmentRequest,
  SequencerServiceServer,
} from '../../proto/gen/andamento/v1/sequencer.js';
import type { Logger } from '../../service/logger.js';
import type { Hasher } from '../../tlog/hash.js';
import { checkAddCall, tooManyEntries } from '../core/add-call.js';
import { layoutOf } from '../core/layout.js';
import { SequencerError, type FieldViolation } from '../core/sequencer-error.js';
import type { Log } from '../steps/log.js';
import type { ReadAddRequest } from './add-request.js';
import { grpcStatus } from './grpc-status.js';
import { logDefect } from './log-defect.js';
import { addResponse, entryOf, integrateResponse, logMessage, stageName, stageViolations } from './messages.js';
import { watchCheckpoints } from './watch-checkpoints.js';

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
    add: unary(log, async (request: ReadAddRequest, signal) => {
      if ('tooManyEntries' in request) throw invalid(tooManyEntries(request.tooManyEntries));
      const found = find(request.log);
      const layout = layoutOf(found.identity.layout);
      const others = stageViolations(request.waitFor);
      const entries = checkAddCall({ hasher, layout }, request.entries.map(entryOf), others);
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

function invalid(violation: FieldViolation): SequencerError {
  return new SequencerError({ code: 'invalid', violations: [violation] });
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
