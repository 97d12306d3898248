import assert from 'node:assert/strict';

import { BODY_SIZE_MAX_BYTES } from '../../personality-ct/http/body.js';
import { startHttpServer } from '../../personality-ct/http/server.js';
import { parseSct } from '../../personality-ct/core/sct.js';
import { StartupError } from '../../service/startup-error.js';
import { createManualClock, type ManualClock } from '../clock.js';
import { openConnection } from './connection.js';
import { BODY_DEADLINE_MS, bodyOf, CERTIFICATES, serveTestLog, type ServedTestLog } from './served-log.js';
import { silentLog } from './silent.js';

const { root, intermediate, certificate, precertificate } = CERTIFICATES;

interface Answered {
  readonly status: number;
  readonly body: { readonly code?: string; readonly message?: string; readonly position?: number };
  readonly headers: Headers;
}

describe('the door of a CT log', () => {
  let clock: ManualClock;
  let log: ServedTestLog;
  /** How many timers wait while there are no requests. */
  let idleTimers: number;

  beforeEach(async () => {
    clock = createManualClock();
    log = await serveTestLog(clock);
    idleTimers = clock.pendingTimers();
  });
  afterEach(() => log.stop());

  async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answered> {
    const response = await fetch(url, { method: 'POST', body, headers });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as Answered['body'], headers: response.headers };
  }

  /** Resolves when a request has got so far that it waits on the clock. */
  async function moreTimersThan(count: number): Promise<void> {
    while (clock.pendingTimers() <= count) await new Promise(setImmediate);
  }

  function assertProblem(answer: Answered, status: number, code: string): void {
    assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.match(String(answer.body.message), /\w+ \w+/);
  }

  function assertRetry(answer: Answered, code: string): void {
    assertProblem(answer, 503, code);
    assert.match(String(answer.headers.get('retry-after')), /^[1-9][0-9]*$/);
  }

  describe('a submission that is accepted', () => {
    it('is answered with 200 and an SCT, for each endpoint', async () => {
      for (const [endpoint, leaf] of [
        ['add-chain', certificate],
        ['add-pre-chain', precertificate],
      ] as const) {
        const answer = await post(`${log.ct}/${endpoint}`, bodyOf(leaf, intermediate, root));
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('content-type'), 'application/json');
        const { logId, stamp } = parseSct(answer.body);
        assert.equal(stamp.timestamp, clock.now());
        assert.equal(Buffer.from(logId).length, 32);
      }
    });

    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense', ';;']) {
      it(`is accepted as ${type}`, async () => {
        const answer = await post(`${log.ct}/add-chain`, bodyOf(certificate, intermediate), { 'content-type': type });
        assert.equal(answer.status, 200);
      });
    }

    it('is accepted without a content type', async () => {
      const body = bodyOf(certificate, intermediate);
      const { socket, until } = await openConnection(log.http.url);
      socket.write(`POST /dev/ct/v1/add-chain HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      await until('"sct_version":0');
      socket.destroy();
    });
  });

  describe('a submission that is refused', () => {
    const rows: { desc: string; endpoint: string; body: string; code: string; position?: number }[] = [
      { desc: 'no body', endpoint: 'add-chain', body: '', code: 'malformed-body' },
      { desc: 'no JSON', endpoint: 'add-chain', body: '{"chain":', code: 'malformed-body' },
      { desc: 'no chain', endpoint: 'add-chain', body: '{}', code: 'malformed-body' },
      { desc: 'an empty chain', endpoint: 'add-chain', body: '{"chain":[]}', code: 'chain-empty' },
      {
        desc: 'no base64',
        endpoint: 'add-chain',
        body: '{"chain":["AAA="," AAA"]}',
        code: 'malformed-base64',
        position: 1,
      },
      { desc: 'no DER', endpoint: 'add-chain', body: '{"chain":["AAAA"]}', code: 'malformed-certificate', position: 0 },
      {
        ...{ desc: 'a chain without its issuer', endpoint: 'add-chain', body: bodyOf(certificate) },
        ...{ code: 'issuer-missing', position: 0 },
      },
      {
        ...{ desc: 'a precertificate at add-chain', endpoint: 'add-chain', body: bodyOf(precertificate, intermediate) },
        ...{ code: 'precertificate-at-add-chain', position: 0 },
      },
      {
        ...{
          desc: 'a certificate at add-pre-chain',
          endpoint: 'add-pre-chain',
          body: bodyOf(certificate, intermediate),
        },
        ...{ code: 'certificate-at-add-pre-chain', position: 0 },
      },
    ];
    for (const { desc, endpoint, body, code, position } of rows) {
      it(`is answered with 400 and ${code}: ${desc}`, async () => {
        const answer = await post(`${log.ct}/${endpoint}`, body);
        assertProblem(answer, 400, code);
        assert.equal(answer.body.position, position);
        assert.deepEqual(log.sequencer.calls.add, []);
      });
    }
  });

  describe('a wrong method', () => {
    for (const { path, method, allow } of [
      { path: 'ct/v1/add-chain', method: 'GET', allow: 'POST' },
      { path: 'ct/v1/add-pre-chain', method: 'DELETE', allow: 'POST' },
      { path: 'ct/v1/add-chain', method: 'PROPFIND', allow: 'POST' },
      { path: 'ct/v1/get-roots', method: 'POST', allow: 'GET, HEAD' },
      { path: 'log.v3.json', method: 'PUT', allow: 'GET, HEAD' },
    ]) {
      it(`is answered with 405 and Allow: ${method} ${path}`, async () => {
        const response = await fetch(`${log.http.url}/dev/${path}?x=1`, { method });
        const body = (await response.json()) as Answered['body'];
        assertProblem({ status: response.status, body, headers: response.headers }, 405, 'method-not-allowed');
        assert.equal(response.headers.get('allow'), allow);
      });
    }

    it('is answered without a body for HEAD', async () => {
      const response = await fetch(`${log.ct}/add-chain`, { method: 'HEAD' });
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST']);
    });
  });

  it('answers 404 for what is not there', async () => {
    for (const path of ['/', '/dev', '/dev/ct/v1/get-sth', '/other/ct/v1/get-roots']) {
      const response = await fetch(`${log.http.url}${path}`);
      const body = (await response.json()) as Answered['body'];
      assertProblem({ status: response.status, body, headers: response.headers }, 404, 'not-found');
    }
  });

  describe('a body over the limit', () => {
    it('is answered with 413, and the client gets to see it', async () => {
      assertProblem(await post(`${log.ct}/add-chain`, ' '.repeat(BODY_SIZE_MAX_BYTES + 1)), 413, 'body-too-large');
    });

    it('is refused by its announcement, before any of it has come', async () => {
      const { socket, until, received, closed } = await openConnection(log.http.url);
      socket.write(
        `POST /dev/ct/v1/add-chain HTTP/1.1\r\nhost: x\r\ncontent-length: ${BODY_SIZE_MAX_BYTES + 1}\r\n\r\n`,
      );
      await until('body-too-large');
      assert.match(received(), /^HTTP\/1\.1 413 .*connection: close/is);
      await closed;
    });

    it('is refused at the limit where nothing is announced', async () => {
      const { socket, until, closed } = await openConnection(log.http.url);
      socket.write('POST /dev/ct/v1/add-chain HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
      const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
      for (let n = 0; n < 9; n++) socket.write(chunk);
      await until('HTTP/1.1 413');
      await closed;
    });

    it('is taken at the limit itself', async () => {
      const body = bodyOf(certificate, intermediate);
      const answer = await post(`${log.ct}/add-chain`, body + ' '.repeat(BODY_SIZE_MAX_BYTES - body.length));
      assert.equal(answer.status, 200);
    });
  });

  it('answers 408 to a body that does not arrive in time, and closes the connection', async () => {
    const { socket, until, closed } = await openConnection(log.http.url);
    socket.write('POST /dev/ct/v1/add-chain HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"chain"');
    await moreTimersThan(idleTimers);
    await clock.advance(BODY_DEADLINE_MS);
    await until('HTTP/1.1 408');
    await until('body-too-slow');
    await closed;
  });

  it('goes on when a client goes away in the middle of a body', async () => {
    const { socket, closed } = await openConnection(log.http.url);
    socket.write('POST /dev/ct/v1/add-chain HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"chain"');
    await moreTimersThan(idleTimers);
    socket.destroy();
    await closed;
    assert.equal((await post(`${log.ct}/add-chain`, bodyOf(certificate, intermediate))).status, 200);
  });

  describe('503 with Retry-After', () => {
    const submit = (): Promise<Answered> => post(`${log.ct}/add-chain`, bodyOf(certificate, intermediate));

    for (const { failure, code } of [
      { failure: 'unreachable', code: 'sequencer-unreachable' },
      { failure: 'deadline', code: 'sequencer-too-slow' },
      { failure: 'uncertain', code: 'sequencer-failing' },
      { failure: 'overloaded', code: 'sequencer-overloaded' },
      { failure: 'defect', code: 'sequencer-failing' },
      { failure: 'unknown-log', code: 'log-unknown' },
      { failure: 'stopped', code: 'log-stopped' },
    ] as const) {
      it(`is the answer when the sequencer is '${failure}': ${code}`, async () => {
        log.sequencer.behaviour.addFailure = failure;
        assertRetry(await submit(), code);
      });
    }

    it('is the answer when issuers cannot be stored', async () => {
      log.sequencer.behaviour.failure = 'unreachable';
      assertRetry(await submit(), 'sequencer-unreachable');
    });

    it('is the answer while the MMD is in danger, and ends by itself', async () => {
      log.sequencer.behaviour.failure = 'deadline';
      log.sequencer.endStreams();
      await clock.advance(40_000);
      assertRetry(await submit(), 'checkpoint-old');
      log.sequencer.behaviour.failure = undefined;
      await clock.advance(5_000);
      assert.equal((await submit()).status, 200);
    });

    it('is the answer when the sequencer contradicts itself', async () => {
      log.sequencer.behaviour.distort = ({ checkpoint }) => ({ entries: [], checkpoint });
      assertRetry(await submit(), 'log-contradiction');
    });

    it('is the answer when the log is another one', async () => {
      log.sequencer.behaviour.report = { publicKeys: [Uint8Array.of(1)] };
      await clock.advance(5_000);
      assertRetry(await submit(), 'log-mismatch');
    });
  });

  it('answers 410 after the end of the log, and when it is frozen', async () => {
    log.sequencer.behaviour.addFailure = 'frozen';
    assertProblem(await post(`${log.ct}/add-chain`, bodyOf(certificate, intermediate)), 410, 'log-ended');
    await log.stop();
    log = await serveTestLog(clock, { readOnlyFrom: '2025-07-05T00:00:00Z' });
    assertProblem(await post(`${log.ct}/add-chain`, bodyOf(certificate, intermediate)), 410, 'log-ended');
  });

  it('answers 500 only for what trying again does not mend', async () => {
    log.sequencer.behaviour.addFailure = 'rejected';
    assertProblem(await post(`${log.ct}/add-chain`, bodyOf(certificate, intermediate)), 500, 'defect');
  });

  describe('get-roots', () => {
    it('lists the roots, with an entity tag that saves sending them again', async () => {
      const response = await fetch(`${log.ct}/get-roots`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'application/json');
      assert.deepEqual(await response.json(), { certificates: [Buffer.from(root.der).toString('base64')] });
      const etag = String(response.headers.get('etag'));
      const again = await fetch(`${log.ct}/get-roots`, { headers: { 'if-none-match': `"other", W/${etag}` } });
      assert.deepEqual([again.status, await again.text()], [304, '']);
      const changed = await fetch(`${log.ct}/get-roots`, { headers: { 'if-none-match': '"other"' } });
      assert.equal(changed.status, 200);
    });

    it('answers HEAD with the headers alone', async () => {
      const response = await fetch(`${log.ct}/get-roots`, { method: 'HEAD' });
      assert.deepEqual([response.status, await response.text()], [200, '']);
      assert(Number(response.headers.get('content-length')) > 100);
    });
  });

  it('describes the log as log lists do', async () => {
    const response = await fetch(`${log.http.url}/dev/log.v3.json`);
    assert.equal(response.headers.get('content-type'), 'application/json');
    const spki = Buffer.from(log.spki);
    assert.deepEqual(await response.json(), {
      description: 'A log for tests',
      log_id: Buffer.from(await crypto.subtle.digest('SHA-256', spki)).toString('base64'),
      key: spki.toString('base64'),
      submission_url: 'https://log.example/dev/',
      monitoring_url: 'https://tiles.example/dev/',
      mmd: 60,
      temporal_interval: { start_inclusive: '2025-07-01T00:00:00Z', end_exclusive: '2025-07-09T00:00:00Z' },
    });
  });

  it('keeps a connection for the next request, and answers what is pipelined in order', async () => {
    const { socket, until, received } = await openConnection(log.http.url);
    socket.write('GET /dev/log.v3.json HTTP/1.1\r\nhost: x\r\n\r\n');
    await until('end_exclusive');
    const head = 'HEAD /dev/ct/v1/get-roots HTTP/1.1\r\nhost: x\r\n\r\n';
    socket.write(`${head}GET /none HTTP/1.1\r\nhost: x\r\n\r\n`);
    await until('HTTP/1.1 404');
    assert.equal(received().match(/HTTP\/1\.1 200/g)?.length, 2);
    socket.destroy();
  });

  describe('drain()', () => {
    it('answers what is in flight, takes no new connections, and returns', async () => {
      log.sequencer.behaviour.delayMs = 1_000;
      const { socket, until, received, closed } = await openConnection(log.http.url);
      const body = bodyOf(certificate, intermediate);
      socket.write(`POST /dev/ct/v1/add-chain HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      await moreTimersThan(idleTimers + 1);
      const drained = log.http.drain();
      await assert.rejects(fetch(`${log.http.url}/dev/log.v3.json`));
      await clock.advance(3_000);
      await until('"sct_version":0');
      assert.match(received(), /connection: close/i);
      await drained;
      await closed;
    });
  });

  it('says in one sentence that its port is taken', async () => {
    const listen = { host: '127.0.0.1', port: Number(new URL(log.http.url).port) };
    await assert.rejects(
      startHttpServer({ listen, logs: [], bodyDeadlineMs: 1, clock, log: silentLog }),
      (error) =>
        error instanceof StartupError &&
        /cannot listen at 127\.0\.0\.1:\d+ \(setting http\.listen\): something else listens there/.test(error.message),
    );
  });
});
