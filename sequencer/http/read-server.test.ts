import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { createManualClock, type ManualClock } from '../../test/clock.js';
import { createLogger } from '../../service/logger.js';
import { StartupError } from '../../service/startup-error.js';
import { concatBytes, utf8 } from '../../tlog/bytes.js';
import { u16 } from '../../tlog/tls.js';
import { StoreError, type Store } from '../ports/store.js';
import { createMemoryLogStore, createMemoryStore } from '../storage/memory/memory-store.js';
import { startReadServer, type ReadServer } from './read-server.js';

const log = createLogger({ service: 'test', level: 'silent' });
const listen = { host: '127.0.0.1', port: 0 };
const CHECKPOINT = utf8('log.example/dev\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— log.example/dev AAAA\n');
const BUNDLE = new Uint8Array(70_000).map((_, i) => (i / 100) % 256);
const ISSUER = `issuer/${'ab'.repeat(32)}`;

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

describe('the read side', () => {
  const clock = createManualClock();
  let server: ReadServer;
  let store: Store;

  before(async () => {
    const dev = createMemoryLogStore();
    store = dev.public;
    const objects: Record<string, Uint8Array> = {
      checkpoint: CHECKPOINT,
      'log.json': utf8('{}\n'),
      'tile/0/000': new Uint8Array(8_192),
      'tile/data/000': BUNDLE,
      'tile/data/001.p/1': utf8('small'),
      [ISSUER]: new Uint8Array(2_000),
      // Nothing writes such an object; if something did, nobody would be served it.
      tree: utf8('no name of the specification'),
    };
    for (const [name, bytes] of Object.entries(objects)) await store.create(name, bytes);
    await dev.private.create('tree', utf8('private'));
    const other = createMemoryStore();
    await other.create('checkpoint', utf8('other'));
    const stores = new Map([
      ['dev', store],
      ['other', other],
      [
        'failing',
        failingStore(new StoreError({ operation: 'read', objectName: 'x', effect: 'none' }, { cause: 'secret' })),
      ],
      ['defect', failingStore(new TypeError('secret'))],
    ]);
    server = await startReadServer({ listen, stores, log, clock });
  });
  after(async () => server.close());

  /** Sends the path exactly as it is written. */
  function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body?: string): Promise<Answer> {
    const { hostname, port } = new URL(server.url);
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path, method, headers, agent: false }, (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('end', () => {
          resolve({
            status: message.statusCode,
            headers: message.headers,
            body: new Uint8Array(Buffer.concat(chunks)),
          });
        });
      });
      sent.on('error', reject).end(body);
    });
  }

  /** Without the headers that every answer has. */
  function own({ headers }: Answer): IncomingHttpHeaders {
    return Object.fromEntries(
      Object.entries(headers).filter(([name]) => !['date', 'connection', 'etag'].includes(name)),
    );
  }

  const open = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'ETag' };
  const immutable = { ...open, 'cache-control': 'public, max-age=604800, immutable' };

  describe('headers', () => {
    it('of the checkpoint forbid every cache to answer for it', async () => {
      const answer = await ask('/dev/checkpoint');
      assert.equal(answer.status, 200);
      assert.deepEqual(answer.body, CHECKPOINT);
      assert.deepEqual(own(answer), {
        ...open,
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-cache',
        'content-length': String(CHECKPOINT.length),
      });
    });

    it('of log.json too', async () => {
      assert.deepEqual(own(await ask('/dev/log.json')), {
        ...open,
        'content-type': 'application/json',
        'cache-control': 'no-cache',
        'content-length': '3',
        vary: 'accept-encoding',
      });
    });

    it('of a tile let it be kept, and it is not compressed', async () => {
      assert.deepEqual(own(await ask('/dev/tile/0/000', { 'accept-encoding': 'gzip' })), {
        ...immutable,
        'content-type': 'application/octet-stream',
        'content-length': '8192',
      });
    });

    it('of an issuer say that it is a certificate', async () => {
      assert.deepEqual(own(await ask(`/dev/${ISSUER}`)), {
        ...immutable,
        'content-type': 'application/pkix-cert',
        'content-length': '2000',
      });
    });

    it('of a bundle say that it may come compressed', async () => {
      assert.deepEqual(own(await ask('/dev/tile/data/000')), {
        ...immutable,
        'content-type': 'application/octet-stream',
        'content-length': '70000',
        vary: 'accept-encoding',
      });
    });
  });

  describe('gzip', () => {
    const gzip = { 'accept-encoding': 'gzip' };

    it('is for bundles, where the client takes it', async () => {
      const answer = await ask('/dev/tile/data/000', gzip);
      assert.deepEqual(own(answer), {
        ...immutable,
        'content-type': 'application/octet-stream',
        'content-encoding': 'gzip',
        'content-length': String(answer.body.length),
        vary: 'accept-encoding',
      });
      assert.ok(answer.body.length < 10_000);
      assert.deepEqual(new Uint8Array(gunzipSync(answer.body)), BUNDLE);
    });

    it('is not for what is small', async () => {
      assert.equal((await ask('/dev/tile/data/001.p/1', gzip)).headers['content-encoding'], undefined);
    });

    it('is not for a client that refuses it', async () => {
      const answer = await ask('/dev/tile/data/000', { 'accept-encoding': 'gzip;q=0' });
      assert.equal(answer.headers['content-encoding'], undefined);
      assert.deepEqual(answer.body, BUNDLE);
    });

    // Whoever adds an entry chooses how its bundle begins: with the length of its first entry.
    for (const { desc, size, first } of [
      { desc: 'gzip', size: 0x1f8b, first: 0x08 },
      { desc: 'deflate', size: 0x789c, first: 0x00 },
      { desc: 'deflate with a small window', size: 0x081d, first: 0x00 },
    ]) {
      it(`compresses a bundle that begins as ${desc} does`, async () => {
        const bundle = concatBytes(u16(size), new Uint8Array(size).fill(first));
        await store.swap('tile/entries/000', (await store.read('tile/entries/000'))?.version, bundle);
        const answer = await ask('/dev/tile/entries/000', gzip);
        assert.equal(answer.headers['content-encoding'], 'gzip');
        assert.deepEqual(new Uint8Array(gunzipSync(answer.body)), bundle);
      });
    }
  });

  describe('ETag', () => {
    it('changes with the checkpoint', async () => {
      const before = await ask('/other/checkpoint');
      assert.notEqual((await ask('/dev/checkpoint')).headers.etag, before.headers.etag);
    });

    for (const { path, encoding } of [
      { path: '/dev/checkpoint', encoding: 'identity' },
      { path: '/dev/tile/data/000', encoding: 'identity' },
      { path: '/dev/tile/data/000', encoding: 'gzip' },
    ]) {
      it(`lets ${path} be asked for again at no cost, as ${encoding}`, async () => {
        const headers = { 'accept-encoding': encoding };
        const first = await ask(path, headers);
        const { etag } = first.headers;
        assert.ok(etag !== undefined);
        const again = await ask(path, { ...headers, 'if-none-match': `"other", W/${etag}` });
        assert.equal(again.status, 304);
        assert.equal(again.body.length, 0);
        for (const name of ['etag', 'cache-control', 'vary', 'access-control-allow-origin'] as const) {
          assert.equal(again.headers[name], first.headers[name], name);
        }
      });
    }

    it('tells gzip and identity apart', async () => {
      const { etag } = (await ask('/dev/tile/data/000', { 'accept-encoding': 'gzip' })).headers;
      const answer = await ask('/dev/tile/data/000', { 'if-none-match': etag ?? '' });
      assert.equal(answer.status, 200);
      assert.deepEqual(answer.body, BUNDLE);
    });

    it('of another object brings the whole one', async () => {
      assert.equal((await ask('/dev/checkpoint', { 'if-none-match': '"x"' })).status, 200);
    });
  });

  describe('HEAD', () => {
    for (const path of ['/dev/checkpoint', '/dev/tile/data/000', `/dev/${ISSUER}`, '/dev/tile/0/001']) {
      it(`answers ${path} like GET, without the body`, async () => {
        for (const encoding of ['identity', 'gzip']) {
          const get = await ask(path, { 'accept-encoding': encoding });
          const head = await ask(path, { 'accept-encoding': encoding }, 'HEAD');
          assert.equal(head.status, get.status);
          assert.deepEqual(own(head), own(get));
          assert.equal(head.headers.etag, get.headers.etag);
          assert.equal(head.body.length, 0);
        }
      });
    }
  });

  describe('CORS', () => {
    it('lets pages of every origin read, and see the ETag', async () => {
      for (const path of ['/dev/checkpoint', '/dev/tile/0/001', '/nowhere']) {
        const { headers } = await ask(path, { origin: 'https://example.com' });
        assert.equal(headers['access-control-allow-origin'], '*', path);
      }
    });

    it('answers a preflight', async () => {
      const headers = { origin: 'https://example.com', 'access-control-request-method': 'GET' };
      const answer = await ask('/dev/checkpoint', headers, 'OPTIONS');
      assert.equal(answer.status, 204);
      assert.equal(answer.headers['access-control-allow-methods'], 'GET, HEAD');
    });
  });

  describe('404', () => {
    const paths = [
      '/',
      '/dev',
      '/dev/',
      '/dev/tree',
      '/dev/private/tree',
      '/dev/../private/tree',
      '/dev/../../etc/passwd',
      '/dev/%2e%2e/private/tree',
      '/dev/%2e%2e%2fprivate%2ftree',
      '/dev/..%5cprivate%5ctree',
      '/dev/tile/%2e%2e/checkpoint',
      '/dev/%252e%252e/private/tree',
      '/dev/./checkpoint',
      '/dev/checkpoint/',
      '/dev/checkpoint%00',
      '/dev/checkpoint;x',
      '/dev/%63heckpoint',
      '/dev/tile%2f0%2f000',
      '/dev/%zz',
      '/dev/%ff',
      '/dev/%',
      '/dev/tile/0/001',
      '/dev/tile/0/000.p/256',
      '/dev/tile/00/000',
      '/dev/tile/entries/000.p/9',
      '/dev/issuer/AB',
      '/DEV/checkpoint',
      '/dev2/checkpoint',
      '/__proto__/checkpoint',
      `/dev/${'x'.repeat(10_000)}`,
    ];
    for (const path of paths) {
      it(`is the answer to ${path.slice(0, 60)}, and nobody may keep it`, async () => {
        const answer = await ask(path);
        assert.equal(answer.status, 404);
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.equal(answer.headers.etag, undefined);
        const { code, message } = JSON.parse(Buffer.from(answer.body).toString()) as Record<string, string>;
        assert.equal(code, 'not-found');
        assert.match(message ?? '', /^there is no public object at "\//);
        assert.ok(answer.body.length < 300);
      });
    }

    it('is no answer to a query behind a name, which means nothing', async () => {
      assert.equal((await ask('/dev/checkpoint?x=/../y')).status, 200);
    });

    it('is no answer to a doubled slash, where a prefix that ends in one was put before a path', async () => {
      assert.equal((await ask('/dev//checkpoint')).status, 200);
      assert.equal((await ask('//dev//tile/0//000')).status, 200);
    });

    it('is no answer to a proxy, which asks for whole URLs', async () => {
      assert.equal((await ask('http://log.example/dev/checkpoint')).status, 200);
    });

    it('keeps the logs apart', async () => {
      assert.deepEqual((await ask('/other/checkpoint')).body, utf8('other'));
      assert.equal((await ask('/other/tile/0/000')).status, 404);
    });
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    it(`answers 405 to ${method}, and says what is allowed`, async () => {
      for (const path of ['/dev/checkpoint', '/nowhere']) {
        const answer = await ask(
          path,
          { 'content-type': 'application/json' },
          method,
          method === 'DELETE' ? undefined : '{',
        );
        assert.equal(answer.status, 405);
        assert.equal(answer.headers.allow, 'GET, HEAD');
      }
    });
  }

  describe('failures', () => {
    it('of the storage are 503, with the time to wait and without the reason', async () => {
      const answer = await ask('/failing/checkpoint');
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['retry-after'], '1');
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.doesNotMatch(Buffer.from(answer.body).toString(), /secret/);
    });

    it('of the sequencer itself are 500, without the reason', async () => {
      const answer = await ask('/defect/checkpoint');
      assert.equal(answer.status, 500);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.doesNotMatch(Buffer.from(answer.body).toString(), /secret/);
    });

    it('of one log leave the others alone', async () => {
      await ask('/failing/checkpoint');
      assert.equal((await ask('/dev/checkpoint')).status, 200);
    });

    it('to listen say where, and by which setting', async () => {
      const taken = { host: '127.0.0.1', port: Number(new URL(server.url).port) };
      const second = startReadServer({ listen: taken, stores: new Map(), log, clock });
      await assert.rejects(second, (error) => {
        assert.ok(error instanceof StartupError);
        assert.match(
          error.message,
          /^cannot listen at 127\.0\.0\.1:\d+ \(setting read\.listen\): something else listens/,
        );
        return true;
      });
    });
  });
});

describe('close() of the read side', () => {
  /** A server, and a connection on which these bytes were sent and an answer was received. */
  async function connected(
    text: string,
    store: Store,
  ): Promise<{ server: ReadServer; clock: ManualClock; socket: Socket }> {
    const clock = createManualClock();
    const server = await startReadServer({ listen, stores: new Map([['dev', store]]), log, clock });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(text);
    await once(socket, 'readable');
    socket.on('error', () => undefined);
    return { server, clock, socket };
  }
  const NOTHING = 'GET /dev/nothing HTTP/1.1\r\nHost: x\r\n\r\n';

  it('waits for nobody who has nothing to wait for', async () => {
    const { server, clock, socket } = await connected(NOTHING, createMemoryStore());
    await server.close();
    assert.equal(clock.pendingTimers(), 0);
    socket.destroy();
  });

  it('answers what was asked before', async () => {
    let read: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => {
      read = resolve;
    });
    const inner = createMemoryStore();
    await inner.create('checkpoint', CHECKPOINT);
    const store: Store = { ...inner, read: async (name) => reading.then(async () => inner.read(name)) };
    const { server, socket } = await connected(`${NOTHING}GET /dev/checkpoint HTTP/1.1\r\nHost: x\r\n\r\n`, store);
    const closing = server.close();
    read();
    await closing;
    const answers = Buffer.concat((await socket.toArray()) as Buffer[]).toString();
    assert.ok(answers.endsWith(Buffer.from(CHECKPOINT).toString()), answers);
  });

  it('cuts off a client that never ends its request, after 5 s', async () => {
    const { server, clock, socket } = await connected(`${NOTHING}GET /dev/check`, createMemoryStore());
    let closed = false;
    const closing = server.close().then(() => {
      closed = true;
    });
    await clock.advance(4_999);
    assert.equal(closed, false);
    await clock.advance(1);
    await closing;
    socket.destroy();
  });
});

function failingStore(error: Error): Store {
  return { ...createMemoryStore(), read: () => Promise.reject(error) };
}
