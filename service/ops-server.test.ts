import assert from 'node:assert/strict';
import { Counter, Registry } from 'prom-client';
import { createLogger } from './logger.js';
import { startOpsServer, type OpsServer, type Readiness } from './ops-server.js';
import { StartupError } from './startup-error.js';

const log = createLogger({ service: 'test', level: 'silent' });
const anyPort = { host: '127.0.0.1', port: 0 };

describe('startOpsServer()', () => {
  let server: OpsServer;
  let state: Readiness;
  const registry = new Registry();

  before(async () => {
    new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3);
    server = await startOpsServer({ listen: anyPort, registry, readiness: () => state, log });
  });
  after(() => server.close());

  it('answers /livez while the process lives', async () => {
    assert.equal((await fetch(`${server.url}/livez`)).status, 200);
  });

  it('answers /readyz with 200 when ready', async () => {
    state = { ready: true, reasons: [] };
    const response = await fetch(`${server.url}/readyz`);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), state);
  });

  it('answers /readyz with 503 and the reasons when not', async () => {
    state = { ready: false, reasons: ['the sequencer does not answer'] };
    const response = await fetch(`${server.url}/readyz`);
    assert.equal(response.status, 503);
    assert.deepEqual(await response.json(), state);
  });

  it('answers /metrics in the text form of Prometheus', async () => {
    const response = await fetch(`${server.url}/metrics`);
    assert.match(String(response.headers.get('content-type')), /^text\/plain/);
    assert.match(await response.text(), /^things_total 3$/m);
  });

  it('says in one sentence that its port is taken', async () => {
    const listen = { host: '127.0.0.1', port: Number(new URL(server.url).port) };
    await assert.rejects(startOpsServer({ listen, registry, readiness: () => state, log }), (error) => {
      assert(error instanceof StartupError);
      assert.match(error.message, /\(setting ops\.listen\): something else listens there already/);
      return true;
    });
  });
});
