import {
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import { createSequencerClient, type SequencerClient } from '../../personality-ct/clients/sequencer-client.js';
import type { PublishedCheckpoint, SequencerLog } from '../../personality-ct/ports/sequencer.js';
import {
  Layout,
  Mode,
  SequencerServiceService,
  Stage,
  type AddRequest,
  type AddResponse,
  type Checkpoint,
  type GetLogResponse,
  type IntegrateRequest,
  type IntegrateResponse,
  type PutAttachmentRequest,
  type WatchCheckpointsRequest,
  type WatchCheckpointsResponse,
} from '../../proto/gen/andamento/v1/sequencer.js';
import { systemClock } from '../../service/clock.js';
import { entryOf } from './entries.js';

const TIMEOUT_MS = 500;

function checkpoint(treeSize: number, timestampMs = 1_751_673_600_000): Checkpoint {
  return { treeSize, timestampMs, rootHash: Buffer.alloc(32, treeSize), signedNote: Buffer.from('note') };
}

/** A sequencer whose answers the test writes, over real gRPC on loopback. */
interface ScriptedServer {
  add: (call: ServerUnaryCall<AddRequest, AddResponse>, reply: sendUnaryData<AddResponse>) => void;
  integrate: (
    call: ServerUnaryCall<IntegrateRequest, IntegrateResponse>,
    reply: sendUnaryData<IntegrateResponse>,
  ) => void;
  getLog: (reply: sendUnaryData<GetLogResponse>) => void;
  watch: (stream: ServerWritableStream<WatchCheckpointsRequest, WatchCheckpointsResponse>) => void;
}

describe('createSequencerClient()', () => {
  let server: Server;
  let script: ScriptedServer;
  let client: SequencerClient;
  let log: SequencerLog;
  const unscripted = (): never => assert.fail('not scripted');

  beforeEach(async () => {
    script = { add: unscripted, integrate: unscripted, getLog: unscripted, watch: unscripted };
    server = new Server();
    server.addService(SequencerServiceService, {
      add: (call: ServerUnaryCall<AddRequest, AddResponse>, reply: sendUnaryData<AddResponse>) => {
        script.add(call, reply);
      },
      integrate: (
        call: ServerUnaryCall<IntegrateRequest, IntegrateResponse>,
        reply: sendUnaryData<IntegrateResponse>,
      ) => {
        script.integrate(call, reply);
      },
      getLog: (_call: unknown, reply: sendUnaryData<GetLogResponse>) => {
        script.getLog(reply);
      },
      listLogs: unscripted,
      watchCheckpoints: (stream: ServerWritableStream<WatchCheckpointsRequest, WatchCheckpointsResponse>) => {
        script.watch(stream);
      },
      putAttachment: (
        { request }: ServerUnaryCall<PutAttachmentRequest, { path: string }>,
        reply: sendUnaryData<{ path: string }>,
      ) => {
        reply(null, { path: `issuer/${request.log}/${request.content.toString('hex')}` });
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    const address = { host: '127.0.0.1', port };
    client = createSequencerClient({ address, timeoutMs: TIMEOUT_MS, clock: systemClock });
    log = client.log('dev');
  });
  afterEach(() => {
    client.close();
    server.forceShutdown();
  });

  function codeOf(answer: { kind: 'answered' } | { kind: 'failed'; failure: { code: string } }): string {
    return answer.kind === 'answered' ? 'answered' : answer.failure.code;
  }

  it('adds entries, byte for byte', async () => {
    let request: AddRequest | undefined;
    script.add = (call, reply) => {
      request = call.request;
      const added = [{ index: 7, timestampMs: 1_751_673_600_001, duplicate: true }];
      reply(null, { added, stage: Stage.STAGE_PUBLISHED, checkpoint: checkpoint(9) });
    };
    const entry = { ...entryOf(5), leafPrefix: Uint8Array.of(0, 0), trailer: Uint8Array.of(1, 2, 3) };
    const answer = await log.add([entry], 'published');
    assert.equal(request?.log, 'dev');
    assert.equal(request.waitFor, Stage.STAGE_PUBLISHED);
    assert.deepEqual(request.entries, [
      {
        ...{ leafPrefix: Buffer.from([0, 0]), data: entry.data, trailer: Buffer.from([1, 2, 3]) },
        ...{ timestampOffset: 0, indexOffset: 12 },
      },
    ]);
    assert(answer.kind === 'answered');
    assert.deepEqual(answer.value.entries, [{ index: 7, timestamp: 1_751_673_600_001, duplicate: true }]);
    assert.equal(answer.value.checkpoint?.size, 9);
  });

  it('takes an answer at an earlier stage than asked for as a contradiction', async () => {
    script.add = (_call, reply) => {
      reply(null, { added: [], stage: Stage.STAGE_DURABLE, checkpoint: undefined });
    };
    assert.equal(codeOf(await log.add([entryOf(1)], 'published')), 'contradiction');
    assert.equal(codeOf(await log.add([entryOf(1)], 'durable')), 'answered');
  });

  it('takes an index that no tree can have as a contradiction', async () => {
    script.add = (_call, reply) => {
      const added = [{ index: 2 ** 40, timestampMs: 1, duplicate: false }];
      reply(null, { added, stage: Stage.STAGE_PUBLISHED, checkpoint: checkpoint(9) });
    };
    const answer = await log.add([entryOf(1)], 'published');
    assert.match(answer.kind === 'failed' ? answer.failure.message : '', /leaf index: got 1099511627776/);
  });

  it('asks for a new checkpoint in any case', async () => {
    script.integrate = ({ request }, reply) => {
      assert.equal(request.alwaysWriteCheckpoint, true);
      const { treeSize, rootHash, timestampMs, signedNote } = checkpoint(3);
      reply(null, { treeSize, rootHash, timestampMs, checkpoint: signedNote, checkpointWritten: true });
    };
    const answer = await log.integrate();
    assert(answer.kind === 'answered');
    assert.deepEqual([answer.value.checkpoint.size, answer.value.written], [3, true]);
  });

  it('reports identity and state', async () => {
    const spki = Buffer.from([1, 2, 3]);
    script.getLog = (reply) => {
      reply(null, {
        identity: {
          ...{ name: 'dev', origin: 'log.example', layout: Layout.LAYOUT_STATIC_CT },
          publicKeys: [{ verifierKey: '', spki }],
        },
        state: {
          ...{ mode: Mode.MODE_SERVING, stopReason: '', nextIndex: 5, integratedSize: 4, published: checkpoint(4) },
          ...{ oldestUnpublishedTimestampMs: 12, leader: '' },
        },
      });
    };
    const answer = await log.getLog();
    assert(answer.kind === 'answered');
    const { published, publicKeys, ...facts } = answer.value;
    assert.deepEqual(facts, {
      ...{ origin: 'log.example', layout: 'static-ct', mode: 'serving', stopReason: '', oldestUnpublished: 12 },
    });
    assert.deepEqual(publicKeys, [spki]);
    assert.equal(published?.size, 4);
  });

  it('takes half a report as a contradiction', async () => {
    script.getLog = (reply) => {
      reply(null, { identity: undefined, state: undefined });
    };
    assert.equal(codeOf(await log.getLog()), 'contradiction');
  });

  it('puts attachments', async () => {
    const answer = await log.putAttachment(Uint8Array.of(0xab, 0xcd));
    assert.deepEqual(answer, { kind: 'answered', value: 'issuer/dev/abcd' });
  });

  it('makes a failure of a status', async () => {
    script.add = (_call, reply) => {
      reply({ code: status.FAILED_PRECONDITION, details: 'the log is frozen' });
    };
    const answer = await log.add([entryOf(1)], 'published');
    assert.deepEqual(answer, {
      kind: 'failed',
      failure: { code: 'frozen', message: 'FAILED_PRECONDITION: the log is frozen' },
    });
  });

  it('gives up on a call at its deadline', async () => {
    script.add = () => undefined;
    assert.equal(codeOf(await log.add([entryOf(1)], 'published')), 'deadline');
  });

  it('says that a sequencer that is not there is unreachable', async () => {
    server.forceShutdown();
    assert.equal(codeOf(await log.getLog()), 'unreachable');
  });

  it('throws the reason of an aborted signal, before and during a call', async () => {
    const stop = new AbortController();
    script.add = () => {
      stop.abort(new Error('enough'));
    };
    await assert.rejects(log.add([entryOf(1)], 'published', stop.signal), /enough/);
    await assert.rejects(log.getLog(stop.signal), /enough/);
  });

  describe('watchCheckpoints()', () => {
    let seen: PublishedCheckpoint[];
    const note = (published: PublishedCheckpoint): void => {
      seen.push(published);
    };
    beforeEach(() => {
      seen = [];
    });

    it('hands on every checkpoint, and says why the stream ended', async () => {
      script.watch = (stream) => {
        stream.write({ checkpoint: checkpoint(1) });
        stream.write({ checkpoint: checkpoint(2) });
        stream.emit('error', { code: status.UNAVAILABLE, details: 'draining' });
      };
      const failure = await log.watchCheckpoints(note, new AbortController().signal);
      assert.deepEqual(
        seen.map(({ size }) => size),
        [1, 2],
      );
      assert.deepEqual(failure, { code: 'unreachable', message: 'UNAVAILABLE: draining' });
    });

    it('takes a stream that just ends as an unreachable sequencer', async () => {
      script.watch = (stream) => {
        stream.end();
      };
      const failure = await log.watchCheckpoints(note, new AbortController().signal);
      assert.equal(failure.code, 'unreachable');
    });

    it('ends a stream that carries something else than a checkpoint', async () => {
      let cancelled: Promise<void> | undefined;
      script.watch = (stream) => {
        cancelled = new Promise((resolve) => {
          stream.on('cancelled', resolve);
        });
        stream.write({ checkpoint: { ...checkpoint(1), rootHash: Buffer.alloc(31) } });
      };
      const failure = await log.watchCheckpoints(note, new AbortController().signal);
      assert.equal(failure.code, 'contradiction');
      await cancelled;
    });

    it('ends the stream when the signal is aborted', async () => {
      const stop = new AbortController();
      let cancelled: Promise<void> | undefined;
      script.watch = (stream) => {
        cancelled = new Promise((resolve) => {
          stream.on('cancelled', resolve);
        });
        stream.write({ checkpoint: checkpoint(1) });
      };
      const watching = log.watchCheckpoints(() => {
        stop.abort(new Error('enough'));
      }, stop.signal);
      await assert.rejects(watching, /enough/);
      await cancelled;
    });
  });
});
