import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./idle-service.js', import.meta.url));

interface Run {
  readonly process: ChildProcess;
  /** Resolves with the exit code and everything written. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Resolves when stdout has said `word`. */
  said(word: string): Promise<void>;
}

describe('runService()', () => {
  let directory: string;
  let readyFile: string;
  const runs: Run[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'andamento-lifecycle-'));
    readyFile = join(directory, 'ready.json');
  });
  afterEach(async () => {
    for (const run of runs.splice(0)) {
      run.process.kill('SIGKILL');
      await run.ended;
    }
    await rm(directory, { recursive: true });
  });

  async function start(config: string): Promise<Run> {
    const file = join(directory, 'idle.yaml');
    await writeFile(file, config);
    return run(['--config', file, '--ready-file', readyFile]);
  }

  function run(args: string[]): Run {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const started: Run = {
      process: child,
      ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })),
      async said(word) {
        while (!stdout.includes(word)) await once(child.stdout, 'data');
      },
    };
    runs.push(started);
    return started;
  }

  async function ready(): Promise<unknown> {
    const watcher = watch(directory);
    try {
      while (!existsSync(readyFile)) await once(watcher, 'change');
      return JSON.parse(await readFile(readyFile, 'utf8')) as unknown;
    } finally {
      watcher.close();
    }
  }

  const IDLE = 'listen: 127.0.0.1:0\nstart: at-once\ndrain: at-once\n';

  it('writes the ready file, drains on SIGTERM, removes the file, and ends with 0', async () => {
    const service = await start(IDLE);
    assert.deepEqual(await ready(), { pid: service.process.pid, http: 'http://127.0.0.1:1' });
    service.process.kill('SIGTERM');
    assert.deepEqual(await service.ended, { code: 0, stdout: 'starting\ndraining\n', stderr: '' });
    assert(!existsSync(readyFile));
  });

  it('drains on SIGINT as well', async () => {
    const service = await start(IDLE);
    await ready();
    service.process.kill('SIGINT');
    assert.equal((await service.ended).code, 0);
  });

  it('ends with 130 at a second signal, without waiting for the drain', async () => {
    const service = await start('listen: 127.0.0.1:0\nstart: at-once\ndrain: never\n');
    await ready();
    service.process.kill('SIGTERM');
    await service.said('draining');
    service.process.kill('SIGTERM');
    assert.equal((await service.ended).code, 130);
    assert(!existsSync(readyFile));
  });

  it('ends with 0 when a signal comes during a long start', async () => {
    const service = await start('listen: 127.0.0.1:0\nstart: never\ndrain: at-once\n');
    await service.said('starting');
    service.process.kill('SIGTERM');
    assert.deepEqual(await service.ended, { code: 0, stdout: 'starting\n', stderr: '' });
  });

  it('writes each problem of the configuration as one line, ends with 1, and has started nothing', async () => {
    const service = await start('listen: here\ndrain: at-once\n');
    const { code, stdout, stderr } = await service.ended;
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^idle: .*idle\.yaml:1:1: start: is missing\nidle: .*idle\.yaml:1:9: listen: 'here' is not.*\n$/,
    );
  });

  it('removes the ready file of a run that was killed, before it starts', async () => {
    await writeFile(readyFile, '{}');
    const service = await start('listen: 127.0.0.1:0\nstart: never\ndrain: at-once\n');
    await service.said('starting');
    assert(!existsSync(readyFile));
  });

  it('shows a defect with its stack and ends with 1', async () => {
    const service = await start('listen: 127.0.0.1:0\nstart: defect\ndrain: at-once\n');
    const { code, stderr } = await service.ended;
    assert.equal(code, 1);
    assert.match(stderr, /TypeError: a defect\n\s+at /);
  });

  it('explains itself with --help', async () => {
    const { code, stdout } = await run(['--help']).ended;
    assert.equal(code, 0);
    assert.match(stdout, /Usage: idle .*--config <file>.*--ready-file <file>/s);
  });

  it('says that --config is missing', async () => {
    const { code, stderr } = await run([]).ended;
    assert.equal(code, 1);
    assert.match(stderr, /required option '--config <file>' not specified/);
  });
});
