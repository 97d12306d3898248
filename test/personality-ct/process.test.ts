import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePem } from '../../personality-ct/core/pem.js';
import { useProcesses } from '../processes.js';
import { until } from '../until.js';
import { bodyOf, CERTIFICATES } from './served-log.js';

const MAIN = fileURLToPath(new URL('../../personality-ct/main.js', import.meta.url));
const READY_WITHIN_MS = 15_000;
const ANY_PORT = { listen: '127.0.0.1:0' };
const { root, intermediate, certificate } = CERTIFICATES;

/** A personality that runs, ready or not. */
interface Personality {
  readonly http: string;
  readonly ops: string;
  output(): string;
  /** Sends SIGTERM. @returns the exit code. */
  stop(): Promise<number | null>;
}

describe('the process of the CT personality', () => {
  const processes = useProcesses();
  // Started here, because useProcesses() waits until what it starts is ready.
  const running: ChildProcess[] = [];
  after(async () => {
    for (const child of running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });
  before(() => {
    processes.makeKey('key.pem', 'p256');
    processes.makeKey('other.pem', 'p256');
    processes.makeKey('ed25519.pem', 'ed25519');
    writeFileSync(join(processes.directory, 'roots.pem'), encodePem(root.der));
  });

  function logConfig(settings: object = {}): object {
    return {
      ...{ name: 'dev', description: 'A log', keyFile: 'key.pem', roots: ['roots.pem'] },
      ...{ submissionUrl: 'http://127.0.0.1/dev/', monitoringUrl: 'http://127.0.0.1/dev/' },
      ...{ notAfterStart: '2025-07-01T00:00:00Z', notAfterLimit: '2025-07-09T00:00:00Z', mmd: '60s', refreshAge: '5s' },
      ...settings,
    };
  }

  function sequencerConfig(signer: string, rpc = '127.0.0.1:0'): object {
    return {
      rpc: { listen: rpc },
      logs: [
        {
          ...{ name: 'dev', origin: '127.0.0.1/dev', layout: 'static-ct', store: { memory: {} } },
          signers: [{ type: 'rfc6962', keyFile: signer }],
        },
      ],
    };
  }

  async function startPersonality(config: object): Promise<Personality> {
    const name = `unready-${running.length}`;
    const file = join(processes.directory, `${name}.yaml`);
    const readyFile = join(processes.directory, `${name}.ready.json`);
    writeFileSync(file, JSON.stringify({ http: ANY_PORT, ops: ANY_PORT, ...config }));
    const child = spawn(process.execPath, [MAIN, '--config', file, '--ready-file', readyFile], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running.push(child);
    let output = '';
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    const closed = once(child, 'close') as Promise<[number | null]>;
    const addresses = await until(`${name} serves`, READY_WITHIN_MS, () =>
      existsSync(readyFile)
        ? (JSON.parse(readFileSync(readyFile, 'utf8')) as { http: string; ops: string })
        : undefined,
    );
    return {
      ...addresses,
      output: () => output,
      async stop() {
        child.kill('SIGTERM');
        return (await closed)[0];
      },
    };
  }

  async function readiness(ops: string): Promise<{ status: number; reasons: string }> {
    const response = await fetch(`${ops}/readyz`);
    const { reasons } = (await response.json()) as { reasons: string[] };
    return { status: response.status, reasons: reasons.join('\n') };
  }

  function submit(http: string): Promise<Response> {
    return fetch(`${http}/dev/ct/v1/add-chain`, { method: 'POST', body: bodyOf(certificate, intermediate) });
  }

  /** A port that was free a moment ago, for a sequencer that comes later. */
  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert(typeof address === 'object' && address !== null);
    server.close();
    await once(server, 'close');
    return address.port;
  }

  it('starts without its sequencer, says so, and is ready when the sequencer is there', async () => {
    const rpc = `127.0.0.1:${await freePort()}`;
    const personality = await startPersonality({ sequencer: { address: rpc }, logs: [logConfig()] });
    const { http, ops } = personality;
    const unready = await readiness(ops);
    assert.equal(unready.status, 503);
    assert.match(unready.reasons, /log dev: the sequencer does not answer: /);
    const refused = await submit(http);
    assert.equal(refused.status, 503);
    assert(Number(refused.headers.get('retry-after')) >= 1);

    const sequencer = await processes.startSequencer(sequencerConfig('key.pem', rpc));
    await until('ready', READY_WITHIN_MS, async () => ((await readiness(ops)).status === 200 ? true : undefined));
    assert.equal((await submit(http)).status, 200);
    assert.match(await (await fetch(`${ops}/metrics`)).text(), /^andamento_ct_issuing\{log="dev"\} 1$/m);

    await sequencer.kill();
    assert.equal((await submit(http)).status, 503);
    assert.equal(await personality.stop(), 0);
  });

  it('issues no SCT when the sequencer signs with another key, and says so', async () => {
    const sequencer = await processes.startSequencer(sequencerConfig('other.pem'));
    const address = sequencer.addresses.rpc;
    const personality = await startPersonality({ sequencer: { address }, logs: [logConfig()] });
    const { http, ops } = personality;
    const reasons = await until('mismatch', READY_WITHIN_MS, async () => {
      const state = await readiness(ops);
      return state.reasons.includes('log-mismatch') ? state.reasons : undefined;
    });
    assert.match(reasons, /own key is .* but keyFile holds the key of /);
    assert.equal((await submit(http)).status, 503);
    assert.match(personality.output(), /is not the configured one: no SCT will be issued/);
    assert.equal(await personality.stop(), 0);
  });

  describe('refuses to start', () => {
    async function runToEnd(config: object): Promise<{ code: number | null; stderr: string }> {
      const file = join(processes.directory, 'refused.yaml');
      writeFileSync(file, JSON.stringify(config, undefined, 1));
      const child = spawn(process.execPath, [MAIN, '--config', file], { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (chunk) => (stderr += String(chunk)));
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, stderr };
    }
    const config = (log: object): object => ({
      ...{ http: ANY_PORT, ops: ANY_PORT, sequencer: { address: '127.0.0.1:1' } },
      logs: [logConfig(log)],
    });

    it('with every problem of the configuration, a line each', async () => {
      const { code, stderr } = await runToEnd(config({ mmd: 'soon', colour: 'red' }));
      assert.equal(code, 1);
      const lines = stderr.trimEnd().split('\n');
      assert.equal(lines.length, 2, stderr);
      assert(lines.every((line) => /^personality-ct: .*refused\.yaml:\d+:\d+: logs\[0\]\.(mmd|colour): /.test(line)));
    });

    it('with every problem of the files that it names', async () => {
      const { code, stderr } = await runToEnd(config({ keyFile: 'ed25519.pem', roots: ['none.pem', 'key.pem'] }));
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^personality-ct: log dev: key file .*ed25519\.pem must hold a P-256 private key, but holds one of/m,
      );
      assert.match(stderr, /^personality-ct: log dev: roots file .*none\.pem cannot be read: ENOENT/m);
      assert.match(stderr, /^personality-ct: log dev: roots file .*key\.pem: block 1 at line 1 is a PRIVATE KEY/m);
    });

    for (const door of ['http', 'ops']) {
      it(`when the port of ${door} is taken`, async () => {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const address = server.address();
        assert(typeof address === 'object' && address !== null);
        const taken = `127.0.0.1:${address.port}`;
        const { code, stderr } = await runToEnd({ ...config({}), [door]: { listen: taken } });
        server.close();
        assert.equal(code, 1);
        const sentence = `personality-ct: cannot listen at ${taken} (setting ${door}.listen): something else listens there`;
        assert(stderr.includes(sentence), stderr);
      });
    }
  });
});
