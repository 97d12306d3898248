import { Client, credentials, type MethodDefinition, type ServiceDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { service as healthService } from 'grpc-health-check';
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { ask, failsWith, openRpcDoor, openTestLog, type RpcDoor } from '../../test/sequencer/rpc-door.js';
import { until } from '../../test/until.js';
import { createLogger } from '../../service/logger.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { StartupError } from '../../service/startup-error.js';
import type { Log } from '../steps/log.js';
import { startRpcServer } from './rpc-server.js';

const SERVICE = 'andamento.v1.SequencerService';

interface HealthAnswer {
  readonly status: string;
}

interface ReflectionAnswer {
  readonly message_response: string;
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
}

const reflectionProto = fileURLToPath(
  new URL('../proto/grpc/reflection/v1/reflection.proto', import.meta.resolve('@grpc/reflection')),
);
const reflection = loadSync(reflectionProto, { keepCase: true, oneofs: true })[
  'grpc.reflection.v1.ServerReflection'
] as ServiceDefinition;

describe('the rpc door', () => {
  let clock: ManualClock;
  let door: RpcDoor;
  let client: Client;

  beforeEach(async () => {
    clock = createManualClock();
    const logs = [await openTestLog({ name: 'a' }), await openTestLog({ name: 'b', origin: 'log.example/b' })];
    door = await openRpcDoor(logs, { clock });
    client = new Client(door.server.address, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    const closed = door.close();
    await clock.advance(5_000);
    await closed;
  });

  async function check(service: string): Promise<string> {
    const { path, requestSerialize, responseDeserialize } = definition(healthService, 'Check');
    const { status } = await ask<HealthAnswer>((done) =>
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize as (bytes: Buffer) => HealthAnswer,
        { service },
        done as never,
      ),
    );
    return status;
  }

  /** The states that a watch of the health of a service is told. */
  function watchHealth(service: string): string[] {
    const { path, requestSerialize, responseDeserialize } = definition(healthService, 'Watch');
    const told: string[] = [];
    client
      .makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service })
      .on('data', ({ status }: HealthAnswer) => told.push(status))
      .on('error', () => undefined);
    return told;
  }

  async function reflect(request: object): Promise<ReflectionAnswer> {
    const { path, requestSerialize, responseDeserialize } = definition(reflection, 'ServerReflectionInfo');
    return new Promise((resolve, reject) => {
      const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
      call.on('data', resolve).on('error', reject);
      call.write(request);
      call.end();
    });
  }

  describe('health', () => {
    it('knows the process, the service and every log from the beginning, and serves none of them yet', async () => {
      for (const service of ['', SERVICE, `${SERVICE}/a`, `${SERVICE}/b`]) {
        assert.equal(await check(service), 'NOT_SERVING', service);
      }
    });

    it('serves each log that does, and the process when all do', async () => {
      door.server.setMode('a', 'serving');
      assert.deepEqual(await Promise.all([`${SERVICE}/a`, `${SERVICE}/b`, ''].map(check)), [
        'SERVING',
        'NOT_SERVING',
        'NOT_SERVING',
      ]);
      door.server.setMode('b', 'serving');
      assert.deepEqual(await Promise.all(['', SERVICE].map(check)), ['SERVING', 'SERVING']);
    });

    for (const mode of ['starting', 'draining', 'stopped'] as const) {
      it(`does not serve a log that is ${mode}`, async () => {
        for (const name of ['a', 'b']) door.server.setMode(name, 'serving');
        door.server.setMode('a', mode);
        assert.deepEqual(await Promise.all([`${SERVICE}/a`, `${SERVICE}/b`, ''].map(check)), [
          'NOT_SERVING',
          'SERVING',
          'NOT_SERVING',
        ]);
      });
    }

    it('does not know other names', async () => {
      for (const service of [`${SERVICE}/c`, `${SERVICE}/`, 'a', '__proto__'])
        await failsWith('NOT_FOUND', check(service));
    });

    it('tells whoever watches a log of its changes, beginning with the present', async () => {
      const told = watchHealth(`${SERVICE}/a`);
      await until('the first state', 5_000, () => (told.length > 0 ? true : undefined));
      door.server.setMode('b', 'serving');
      door.server.setMode('a', 'serving');
      door.server.setMode('a', 'stopped');
      await until('the changes', 5_000, () => (told.length >= 3 ? true : undefined));
      assert.deepEqual(told, ['NOT_SERVING', 'SERVING', 'NOT_SERVING']);
    });
  });

  describe('reflection', () => {
    it('lists the services', async () => {
      const { list_services_response: list } = await reflect({ list_services: '*' });
      const names = list?.service.map(({ name }) => name) ?? [];
      assert.ok(names.includes(SERVICE), names.join(', '));
    });

    for (const symbol of [
      SERVICE,
      `${SERVICE}.Add`,
      'andamento.v1.Entry',
      'google.rpc.BadRequest',
      'google.rpc.RetryInfo',
    ]) {
      it(`describes ${symbol}`, async () => {
        const { file_descriptor_response: files } = await reflect({ file_containing_symbol: symbol });
        assert.ok((files?.file_descriptor_proto.length ?? 0) > 0);
      });
    }

    it('keeps the JSON names', async () => {
      const { file_descriptor_response: files } = await reflect({ file_containing_symbol: SERVICE });
      assert.ok(files?.file_descriptor_proto.some((file) => file.includes('alwaysWriteCheckpoint')));
    });

    for (const symbol of ['andamento.v1.Nothing', '', '__proto__', 'constructor', 'toString']) {
      it(`does not know ${JSON.stringify(symbol)}, and lives on`, async () => {
        const { file_descriptor_response: files } = await reflect({ file_containing_symbol: symbol });
        assert.ok((files?.file_descriptor_proto ?? []).every((file) => file.length === 0));
        assert.equal(await check(''), 'NOT_SERVING');
      });
    }
  });

  it('is at the address that it says', () => {
    assert.match(door.server.address, /^127\.0\.0\.1:[1-9][0-9]*$/);
  });

  it('says why it cannot be opened, and by which setting', async () => {
    const port = Number(door.server.address.split(':')[1]);
    const second = startRpcServer({
      logs: new Map(),
      hasher: nativeHasher,
      log: createLogger({ service: 'test', level: 'silent' }),
      listen: { host: '127.0.0.1', port },
      clock,
    });
    await assert.rejects(second, (error) => {
      assert.ok(error instanceof StartupError);
      const want = `cannot listen at 127.0.0.1:${port} (setting rpc.listen): something else listens there already (EADDRINUSE)`;
      assert.equal(error.message, want);
      return true;
    });
  });
});

describe('close() of the rpc door', () => {
  it('lets calls in flight end', async () => {
    const clock = createManualClock();
    const log = await openTestLog();
    let finish: () => void = () => undefined;
    const slow: Log = {
      ...log,
      putAttachment: async () =>
        new Promise((resolve) => {
          finish = () => resolve('issuer/x');
        }),
    };
    const door = await openRpcDoor([slow], { clock });
    const answer = ask<{ path: string }>((done) => door.client.putAttachment({ log: '', content: Buffer.of(1) }, done));
    await ask((done) => door.client.listLogs({}, done));
    const closing = door.server.close();
    finish();
    assert.equal((await answer).path, 'issuer/x');
    await closing;
    assert.equal(clock.pendingTimers(), 0);
    door.client.close();
  });

  it('cuts off what does not end within 5 s', async () => {
    const clock = createManualClock();
    const door = await openRpcDoor([await openTestLog()], { clock });
    const stream = door.client.watchCheckpoints({ log: '' });
    const ended = new Promise<ServiceError>((resolve) => {
      stream.on('error', (error) => resolve(error as ServiceError));
    });
    await new Promise((resolve) => stream.on('data', resolve));
    let closed = false;
    const closing = door.server.close().then(() => {
      closed = true;
    });
    await clock.advance(4_999);
    assert.equal(closed, false);
    await clock.advance(1);
    await closing;
    await ended;
    door.client.close();
  });
});

/** A method of a service that was loaded from its proto file. */
function definition(service: ServiceDefinition, method: string): MethodDefinition<object, object> {
  const found = service[method];
  assert.ok(found !== undefined && 'path' in found);
  return found as MethodDefinition<object, object>;
}
