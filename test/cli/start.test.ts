import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { useTemporaryDirectory } from '../temporary-directory.js';
import { until } from '../until.js';
import { commandFile, runNode, useCommands, type Ended } from './commands.js';
import { ANY_PORTS, isAlive, serve } from './data-directories.js';

/** Draining takes some 100 ms; draining and dying of neglect are told apart by this. */
const END_TIMEOUT_MS = 30_000;

function mode(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

describe('npm start', function () {
  this.timeout(120_000);
  const temporary = useTemporaryDirectory();
  const start = useCommands();
  const data = (): string => join(temporary(), 'data');
  const startToEnd = (...args: string[]): Promise<Ended> => runNode(commandFile('start'), args);

  it('makes what is missing, says where everything is, and keeps key and origin', async () => {
    const first = await serve(start, data());
    const { run } = first;
    assert.match(run.sequencer, /^127\.0\.0\.1:\d+$/);
    assert.match(run.origin, /^127\.0\.0\.1:\d+\/dev$/);
    assert.equal(run.personality, `http://${run.origin}/`);
    assert.match(run.read, /^http:\/\/127\.0\.0\.1:\d+\/dev\/$/);
    for (const url of run.ops) assert.equal((await fetch(`${url}/readyz`)).status, 200);
    const roots = (await (await fetch(`${run.personality}ct/v1/get-roots`)).json()) as { certificates: string[] };
    assert.equal(roots.certificates.length, 1);
    for (const key of ['dev-key.pem', 'test-ca/root-key.pem', 'test-ca/intermediate-key.pem']) {
      assert.equal(mode(join(data(), key)), '600', key);
    }

    first.command.signal('SIGINT');
    const { code, stdout, stderr } = await first.command.ended;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    for (const said of [run.personality, run.read, run.sequencer, run.origin, run.publicKey, ...run.ops]) {
      assert.ok(stdout.includes(said), `${said} in ${stdout}`);
    }
    assert.ok(!existsSync(join(data(), 'run.json')));
    assert.ok(!isAlive(run.pids.sequencer));
    assert.ok(!isAlive(run.pids.personality));

    const second = await serve(start, data());
    assert.equal(second.run.publicKey, run.publicKey);
    assert.equal(second.run.origin, run.origin);
    assert.equal(second.run.personality, run.personality, 'the port of the origin was free');
  });

  it('takes several signals in a row for one Ctrl-C, as npm hands it on', async () => {
    const { command } = await serve(start, data());
    for (let i = 0; i < 3; i++) command.signal('SIGINT');
    assert.equal((await command.ended).code, 0);
  });

  it('prints commands that work', async () => {
    const { run, command, directory } = await serve(start, data());
    const submitted = await runNode(commandFile('submit'), [
      '--dir',
      directory,
      join(directory, 'test-ca', 'chains', 'precertificate-1.pem'),
    ]);
    assert.equal(submitted.code, 0, submitted.stdout + submitted.stderr);
    const audited = await runNode(commandFile('fsck'), [run.read]);
    assert.equal(audited.code, 0, audited.stdout + audited.stderr);
    assert.match(audited.stdout, /^healthy: 1 entries, 2 issuers$/m);
    assert.equal((await fetch(`${run.read}checkpoint`)).status, 200);
    command.signal('SIGTERM');
    const { code, stdout } = await command.ended;
    assert.equal(code, 0);
    assert.ok(stdout.includes(`npm run fsck -- ${run.read}`));
    assert.ok(stdout.includes(`curl ${run.read}checkpoint`));
    assert.ok(stdout.includes(`test-ca/chains/precertificate-1.pem`));
  });

  it('refuses a second start on the same directory, and leaves the first alone', async () => {
    const { command, run } = await serve(start, data());
    const { code, stderr } = await startToEnd('--dir', data(), ...ANY_PORTS);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`is in use by processes .*\\b${run.pids.sequencer}\\b`));
    assert.ok(existsSync(join(data(), 'run.json')));
    assert.ok(!command.hasEnded());
  });

  it('ends when a service dies, and says which', async () => {
    const { command, run } = await serve(start, data());
    process.kill(run.pids.sequencer, 'SIGKILL');
    const { code, stderr } = await command.ended;
    assert.equal(code, 1);
    assert.match(stderr, /^The sequencer has ended \(SIGKILL\): /);
    assert.ok(!isAlive(run.pids.personality));
    assert.ok(!existsSync(join(data(), 'run.json')));
  });

  it('leaves no service behind when it is killed, and starts again', async () => {
    const { command, run } = await serve(start, data());
    command.signal('SIGKILL');
    await until('the services have ended', END_TIMEOUT_MS, () =>
      isAlive(run.pids.sequencer) || isAlive(run.pids.personality) ? undefined : true,
    );
    assert.ok(existsSync(join(data(), 'run.json')), 'nobody was there to remove it');
    const again = await serve(start, data());
    assert.equal(again.run.origin, run.origin);
  });

  describe('before anything listens, with one sentence and exit code 1,', () => {
    async function refuses(args: readonly string[], sentence: RegExp): Promise<void> {
      const { code, stdout, stderr } = await startToEnd(...args);
      assert.equal(code, 1, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, sentence);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.ok(!existsSync(join(data(), 'sequencer.log')), 'no service was started');
    }

    it('refuses ports that are taken, naming all', async () => {
      const servers = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '127.0.0.1')];
      await Promise.all(servers.map((server) => once(server, 'listening')));
      const [read, ops] = servers.map((server) => (server.address() as AddressInfo).port);
      const flags = [
        '--sequencer-port',
        '0',
        '--personality-port',
        '0',
        '--read-port',
        `${read}`,
        '--ops-port',
        `${ops}`,
      ];
      await refuses(
        ['--dir', data(), ...flags],
        new RegExp(`${read} \\(--read-port\\) is taken, ${ops} \\(--ops-port\\) is taken`),
      );
      for (const server of servers) server.close();
    });

    it('refuses a port that is given twice', () =>
      refuses(['--dir', data(), ...ANY_PORTS, '--read-port', '9464', '--ops-port', '9464'], /9464 is given twice/));

    it('refuses a directory that is not ours', async () => {
      mkdirSync(data());
      for (const name of ['d', 'a', 'c', 'b']) writeFileSync(join(data(), name), '');
      await refuses(
        ['--dir', data(), ...ANY_PORTS],
        /was not made by npm start, and is not empty \(a, b, c and 1 more\)/,
      );
      assert.ok(!existsSync(join(data(), 'andamento.json')));
    });

    it('refuses a directory that cannot be', async () => {
      writeFileSync(join(temporary(), 'file'), '');
      await refuses(['--dir', join(temporary(), 'file', 'data'), ...ANY_PORTS], /cannot be used as data directory: /);
    });

    it('refuses a directory whose state is damaged', async () => {
      mkdirSync(data());
      writeFileSync(join(data(), 'andamento.json'), '{"version":2}');
      await refuses(['--dir', data(), ...ANY_PORTS], /andamento\.json is damaged: version: /);
    });

    it('refuses roots that are none', async () => {
      writeFileSync(join(temporary(), 'roots.pem'), 'no PEM');
      await refuses(
        ['--dir', data(), '--roots', join(temporary(), 'roots.pem')],
        /roots\.pem cannot be used: there is no PEM/,
      );
      await refuses(['--dir', data(), '--roots', join(temporary(), 'none.pem')], /none\.pem cannot be read: ENOENT/);
    });

    for (const [flag, value, sentence] of [
      ['--ops-port', '65535', /must be a whole number from 0 to 65534/],
      ['--read-port', '08080', /must be a whole number/],
      ['--mmd', '1 day', /must be a whole number and a unit/],
      ['--mmd', '16s', /--mmd and --refresh-age do not fit/],
      ['--not-after-start', 'yesterday', /must be a day or a time in UTC/],
      ['--not-after-limit', '1999-01-01', /The shard is empty/],
      ['--port', '1', /unknown option '--port'/],
    ] as const) {
      it(`refuses ${flag} ${value}`, () => refuses(['--dir', data(), ...ANY_PORTS, flag, value], sentence));
    }

    it('refuses a key of another type, and a log without its key', async () => {
      const { command } = await serve(start, data());
      command.signal('SIGINT');
      await command.ended;
      const key = join(data(), 'dev-key.pem');
      const kept = readFileSync(key);
      writeFileSync(key, kept.toString().replaceAll('PRIVATE KEY', 'PUBLIC KEY'));
      const wrong = await startToEnd('--dir', data(), ...ANY_PORTS);
      assert.equal(wrong.code, 1);
      assert.match(wrong.stderr, /^The key file .*dev-key\.pem must hold a PEM private key/);
      rmSync(key);
      const without = await startToEnd('--dir', data(), ...ANY_PORTS);
      assert.equal(without.code, 1);
      assert.match(without.stderr, /^The key .*dev-key\.pem of the log in .* is missing: put it back\.$/m);
      assert.ok(!existsSync(key), 'no other key was made');
    });
  });

  it('shows its flags', async () => {
    const { code, stdout } = await startToEnd('--help');
    assert.equal(code, 0);
    for (const flag of ['--dir', '--roots', '--mmd', '--refresh-age', '--not-after-start', '--ops-port']) {
      assert.ok(stdout.includes(flag), flag);
    }
    assert.match(stdout, /"?60s"?/);
  });
});
