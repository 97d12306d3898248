import { Metadata, status as GrpcStatus, type ServiceError } from '@grpc/grpc-js';
import assert from 'node:assert/strict';
import { Mode, Stage, type AddResponse, type GetLogResponse } from '../../proto/gen/andamento/v1/sequencer.js';
import { certificateEntry } from '../../test/certificate-entry.js';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { createFaultScript, type FaultScript } from '../../test/fault-script.js';
import { createTestDeps } from '../../test/log-deps.js';
import { plainEntry } from '../../test/sequencer-client.js';
import { ask, detailsOf, failsWith, openRpcDoor, openTestLog, type RpcDoor } from '../../test/sequencer/rpc-door.js';
import { until } from '../../test/until.js';
import { createLogger } from '../../service/logger.js';
import { utf8 } from '../../tlog/bytes.js';
import { createLog, type Log } from '../steps/log.js';
import { createMemoryLogStore } from '../storage/memory/memory-store.js';

const ENTRY = certificateEntry(utf8('a'));

/** A log whose every call ends with this error. */
function failingLog(log: Log, error: Error): Log {
  const fail = (): never => {
    throw error;
  };
  const failLater = async (): Promise<never> => Promise.reject(error);
  return { ...log, state: fail, add: failLater, integrate: failLater, putAttachment: failLater };
}

describe('the status codes of the proto', () => {
  let script: FaultScript;
  let clock: ManualClock;
  let log: Log;
  let door: RpcDoor;

  beforeEach(async () => {
    script = createFaultScript(createMemoryLogStore());
    clock = createManualClock();
    log = await openTestLog({ store: script.store, clock });
    door = await openRpcDoor([log]);
  });
  afterEach(async () => door.close());

  const add = async (options: { deadlineMs?: number; waitFor?: Stage; text?: string } = {}): Promise<AddResponse> => {
    const { deadlineMs, waitFor = Stage.STAGE_DURABLE, text = 'a' } = options;
    const request = { log: '', entries: [certificateEntry(utf8(text))], waitFor };
    const deadline = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    return ask((done) => door.client.add(request, new Metadata(), deadline, done));
  };
  const getLog = async (): Promise<GetLogResponse> => ask((done) => door.client.getLog({ log: '' }, done));
  const integrate = async (alwaysWriteCheckpoint = false): Promise<unknown> =>
    ask((done) => door.client.integrate({ log: '', alwaysWriteCheckpoint }, done));
  const put = async (): Promise<unknown> =>
    ask((done) => door.client.putAttachment({ log: '', content: Buffer.of(1) }, done));
  const watch = async (): Promise<ServiceError> =>
    new Promise((resolve) => {
      door.client
        .watchCheckpoints({ log: '' })
        .on('data', () => undefined)
        .on('error', resolve);
    });

  describe('UNAVAILABLE', () => {
    it('while a log starts, and nothing is stored', async () => {
      const held = script.hold({ operation: 'read', name: /^log$/ });
      const starting = createLog(createTestDeps({ store: script.store, clock }), {
        integrationDelayMs: 1,
        onMode: () => undefined,
      });
      const other = await openRpcDoor([starting]);
      const calls = [
        async () => ask((done) => other.client.add({ log: '', entries: [ENTRY], waitFor: Stage.STAGE_DURABLE }, done)),
        async () => ask((done) => other.client.integrate({ log: '', alwaysWriteCheckpoint: true }, done)),
        async () => ask((done) => other.client.putAttachment({ log: '', content: Buffer.of(1) }, done)),
      ];
      for (const call of calls) {
        const { details } = await failsWith('UNAVAILABLE', call());
        assert.equal(details, 'nothing was stored: log test is starting');
      }
      const { state } = await ask<GetLogResponse>((done) => other.client.getLog({ log: '' }, done));
      assert.deepEqual([state?.mode, state?.published], [Mode.MODE_STARTING, undefined]);
      held.release();
      await other.close();
    });

    it('while a log drains, and a watch ends with it', async () => {
      const watching = watch();
      await getLog();
      await log.drain();
      const error = await watching;
      assert.deepEqual(
        [GrpcStatus[error.code], error.details],
        ['UNAVAILABLE', 'nothing was stored: log test is draining'],
      );
      for (const call of [add, integrate, put]) await failsWith('UNAVAILABLE', call());
      assert.equal((await getLog()).state?.mode, Mode.MODE_DRAINING);
    });

    it('when the storage takes no writes: nothing is stored, and the next call may succeed', async () => {
      script.order({ operation: 'create', name: /^journal\// }, 'refused');
      await failsWith('UNAVAILABLE', add());
      assert.equal((await getLog()).state?.nextIndex, 0);
      assert.equal((await add()).added[0]?.index, 0);
    });

    it('when an integration fails, which is repeated', async () => {
      await add();
      script.order({ operation: 'create', name: /^tile\// }, 'refused', 10);
      await failsWith('UNAVAILABLE', integrate());
      script.clear();
      await integrate();
      assert.equal((await getLog()).state?.published?.treeSize, 1);
    });

    it('when an attachment cannot be stored', async () => {
      script.order({ operation: 'create', name: /^issuer\// }, 'unsure');
      await failsWith('UNAVAILABLE', put());
      await put();
    });
  });

  it('ABORTED when it is not known whether the entries were stored, and repeating is safe', async () => {
    script.order({ operation: 'create', name: /^journal\// }, 'unsure', 100);
    const answer = add();
    answer.catch(() => undefined);
    await until('an attempt', 5_000, () => (clock.pendingTimers() > 0 ? true : undefined));
    await clock.advance(60_000);
    await failsWith('ABORTED', answer);
    script.clear();
    await until('recovery', 5_000, async () => {
      await clock.advance(10_000);
      return log.state().mode === 'serving' ? true : undefined;
    });
    assert.deepEqual([(await add()).added[0]?.index, (await add()).added[0]?.duplicate], [0, true]);
  });

  describe('DEADLINE_EXCEEDED', () => {
    it('from the sequencer, when the stage is not reached within 60 s; the entry is durable', async () => {
      script.order({ operation: 'create', name: /^tile\// }, 'refused', 10_000);
      const answer = add({ waitFor: Stage.STAGE_PUBLISHED });
      answer.catch(() => undefined);
      await until('the wait', 5_000, () => (clock.pendingTimers() >= 2 ? true : undefined));
      await clock.advance(60_000);
      const error = await failsWith('DEADLINE_EXCEEDED', answer);
      assert.equal(error.details, 'entry 0 was not published within 60000 ms; it is durable');
      assert.equal((await add()).added[0]?.duplicate, true);
    });

    it('when the deadline of the client passes before, and nobody waits any more', async () => {
      await add();
      const waiting = clock.pendingTimers();
      await failsWith('DEADLINE_EXCEEDED', add({ waitFor: Stage.STAGE_PUBLISHED, deadlineMs: 200 }));
      await until('the end of the wait', 5_000, () => (clock.pendingTimers() === waiting ? true : undefined));
    });
  });

  it('CANCELLED when the client goes, and nobody waits any more', async () => {
    await add();
    const waiting = clock.pendingTimers();
    const request = { log: '', entries: [ENTRY], waitFor: Stage.STAGE_PUBLISHED };
    const answer = ask((done) => {
      const call = door.client.add(request, done);
      void until('the wait', 5_000, () => (clock.pendingTimers() > waiting ? true : undefined)).then(() => {
        call.cancel();
      });
      return call;
    });
    await failsWith('CANCELLED', answer);
    await until('the end of the wait', 5_000, () => (clock.pendingTimers() === waiting ? true : undefined));
  });

  it('RESOURCE_EXHAUSTED when too much is outstanding, with the delay; after an integration there is room again', async () => {
    const tiles = await openTestLog({ layout: 'tlog-tiles' });
    const other = await openRpcDoor([tiles]);
    const call = async (number: number): Promise<AddResponse> => {
      const entries = Array.from({ length: 64 }, (_, i) =>
        plainEntry(new Uint8Array(65_535).fill(i).fill(number, 0, 1)),
      );
      return ask((done) => other.client.add({ log: '', entries, waitFor: Stage.STAGE_DURABLE }, done));
    };
    for (let number = 0; number < 16; number++) await call(number);
    const error = await failsWith('RESOURCE_EXHAUSTED', call(16));
    const details = '71302080 bytes of entries would be outstanding, and the limit is 67108864; retry after 1000 ms';
    assert.equal(error.details, details);
    assert.equal(detailsOf(error).retryAfterMs, 1_000);
    assert.equal(tiles.state().nextIndex, 1_024);
    await ask((done) => other.client.integrate({ log: '', alwaysWriteCheckpoint: false }, done));
    assert.equal((await call(16)).added[0]?.index, 1_024);
    await other.close();
  });

  it('DATA_LOSS when the store contradicts itself: the log stops, and goes on to say so', async () => {
    const store = createMemoryLogStore();
    await openTestLog({ store });
    await store.private.remove('tree');
    const stopped = await openTestLog({ store, name: 'stopped' });
    const other = await openRpcDoor([stopped, log]);
    const details = 'tree: it is missing, although checkpoint is there';
    const calls = [
      async () =>
        ask((done) => other.client.add({ log: 'stopped', entries: [ENTRY], waitFor: Stage.STAGE_DURABLE }, done)),
      async () => ask((done) => other.client.integrate({ log: 'stopped', alwaysWriteCheckpoint: true }, done)),
      async () => ask((done) => other.client.putAttachment({ log: 'stopped', content: Buffer.of(1) }, done)),
      async () =>
        new Promise((_, reject) => {
          other.client
            .watchCheckpoints({ log: 'stopped' })
            .on('data', () => undefined)
            .on('error', reject);
        }),
    ];
    for (const call of calls) assert.equal((await failsWith('DATA_LOSS', call())).details, details);
    const { state } = await ask<GetLogResponse>((done) => other.client.getLog({ log: 'stopped' }, done));
    assert.deepEqual([state?.mode, state?.stopReason], [Mode.MODE_STOPPED, details]);
    const { logs } = await ask<{ logs: GetLogResponse[] }>((done) => other.client.listLogs({}, done));
    assert.deepEqual(
      logs.map((one) => one.state?.mode),
      [Mode.MODE_STOPPED, Mode.MODE_SERVING],
    );
    await ask((done) => other.client.add({ log: 'test', entries: [ENTRY], waitFor: Stage.STAGE_DURABLE }, done));
    await other.close();
  });

  it('INTERNAL for a defect, which is logged and not told', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      service: 'test',
      level: 'error',
      destination: { write: (line) => lines.push(line) },
    });
    const other = await openRpcDoor([failingLog(log, new TypeError('secret'))], { log: logger });
    const calls = [
      async () => ask((done) => other.client.add({ log: '', entries: [ENTRY], waitFor: Stage.STAGE_DURABLE }, done)),
      async () => ask((done) => other.client.integrate({ log: '', alwaysWriteCheckpoint: true }, done)),
      async () => ask((done) => other.client.putAttachment({ log: '', content: Buffer.of(1) }, done)),
      async () => ask((done) => other.client.getLog({ log: '' }, done)),
      async () => ask((done) => other.client.listLogs({}, done)),
    ];
    for (const call of calls) {
      assert.equal((await failsWith('INTERNAL', call())).details, 'an internal error; the sequencer has logged it');
    }
    assert.equal(lines.length, calls.length);
    assert.ok(lines.every((line) => line.includes('secret')));
    await other.close();
  });

  it('UNIMPLEMENTED for what is not in the proto', async () => {
    const same = (bytes: Buffer): Buffer => bytes;
    const path = '/andamento.v1.SequencerService/GetEntries';
    await failsWith(
      'UNIMPLEMENTED',
      ask((done) => door.client.makeUnaryRequest(path, same, same, Buffer.alloc(0), done as never)),
    );
  });
});
