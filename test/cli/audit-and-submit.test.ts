import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCa } from '../../cli/test-ca.js';
import { commandFile, runNode, startNode, type Ended } from './commands.js';
import { serve, type ServedDirectory } from './data-directories.js';

/** Port 9 is that of the discard service, which nobody runs on loopback. */
const NOBODY = 'http://127.0.0.1:9/dev/';

describe('npm run submit and npm run fsck', function () {
  this.timeout(120_000);
  let place: string;
  let served: ServedDirectory;

  before(async () => {
    place = mkdtempSync(join(tmpdir(), 'andamento-test-'));
    served = await serve(startNode, join(place, 'data'));
  });
  after(async () => {
    served.command.signal('SIGTERM');
    await served.command.ended;
    rmSync(place, { recursive: true });
  });

  const submit = (...args: string[]): Promise<Ended> => runNode(commandFile('submit'), args);
  const fsck = (...args: string[]): Promise<Ended> => runNode(commandFile('fsck'), args);
  const chain = (name: string): string => join(served.directory, 'test-ca', 'chains', name);
  const dir = (): string[] => ['--dir', served.directory];
  const otherKey = (): string =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' })
      .publicKey.export({ type: 'spki', format: 'der' })
      .toString('base64');

  it('submits certificates and precertificates, and prints what proves their inclusion', async () => {
    const files = ['precertificate-1.pem', 'certificate-1.pem', 'precertificate-2.pem'].map(chain);
    const { code, stdout, stderr } = await submit(...dir(), ...files);
    assert.equal(code, 0, stdout + stderr);
    assert.equal(stderr, '');
    assert.deepEqual(
      stdout.match(/^.*: verified$/gm),
      files.map((file) => `${file}: verified`),
    );
    assert.match(stdout, /^ {2}SCT {9}\{"sct_version":0,/m);
    assert.match(stdout, /^ {2}inclusion {3}proved by \d hashes?$/m);
    assert.match(stdout, /^3 verified\n$/m);
  });

  it('finds the same SCT again', async () => {
    const [first, again] = [
      await submit(...dir(), chain('certificate-2.pem')),
      await submit(...dir(), chain('certificate-2.pem')),
    ];
    const stamp = /^ {2}index .*\n {2}timestamp .*$/m;
    assert.ok(stamp.test(first.stdout));
    assert.equal(stamp.exec(first.stdout)?.[0], stamp.exec(again.stdout)?.[0]);
  });

  it('needs no more than the submission prefix, and says whose word it takes then', async () => {
    const { code, stdout } = await submit('--log', served.run.personality, chain('certificate-1.pem'));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^key: from log\.v3\.json, on trust/m);
  });

  it('repeats the words of a log that refuses a chain, and exits with 1', async () => {
    const now = new Date();
    const stranger = createTestCa({ now }).issue({
      kind: 'certificate',
      name: 'stranger.example',
      notBefore: now,
      notAfter: new Date(now.getTime() + 86_400_000),
    });
    const file = join(place, 'stranger.pem');
    writeFileSync(file, stranger.pem);
    const { code, stdout } = await submit(...dir(), file, chain('certificate-1.pem'));
    assert.equal(code, 1);
    assert.match(stdout, /stranger\.pem: refused: .*\(400 [a-z-]+\)$/m);
    assert.match(stdout, /^1 verified, 1 refused$/m);
  });

  it('does not believe an SCT by another key, and exits with 1', async () => {
    const { code, stdout } = await submit(...dir(), '--public-key', otherKey(), chain('certificate-1.pem'));
    assert.equal(code, 1);
    assert.match(stdout, /certificate-1\.pem: NOT VERIFIED: the SCT is by the log [0-9a-f]{64}, and this one is /);
  });

  it('exits with 2 when it could not look', async () => {
    const noFile = await submit(...dir(), join(place, 'none.pem'));
    assert.equal(noFile.code, 2);
    assert.match(noFile.stdout, /none\.pem: could not look: it cannot be read: ENOENT/);
    const noLog = await submit('--dir', join(place, 'elsewhere'), chain('certificate-1.pem'));
    assert.equal(noLog.code, 2);
    assert.match(noLog.stderr, /^could not look: Nothing runs on .*elsewhere: /);
    assert.equal((await submit('--log', 'ftp://x', 'file')).code, 2);
    assert.equal((await submit()).code, 2);
  });

  it('audits over HTTP and in each directory that one may mean, also by a given key', async () => {
    await submit(...dir(), chain('precertificate-3.pem'));
    const { directory, run } = served;
    for (const target of [run.read, directory, join(directory, 'dev'), join(directory, 'dev', 'public')]) {
      const { code, stdout, stderr } = await fsck(target);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /^key: from log\.json, on trust/m);
      assert.match(stdout, /^healthy: \d+ entries, 2 issuers$/m);
    }
    const byKey = await fsck('--public-key', run.publicKey, '--origin', run.origin, run.read);
    assert.equal(byKey.code, 0, byKey.stdout + byKey.stderr);
    assert.doesNotMatch(byKey.stdout, /trust/);
  });

  it('names what is damaged, and exits with 1', async () => {
    await submit(...dir(), chain('precertificate-3.pem'));
    const copy = join(place, 'copy');
    cpSync(join(served.directory, 'dev', 'public'), copy, { recursive: true });
    const { stdout: before } = await fsck(copy);
    const size = /size (\d+)/.exec(before)?.[1] ?? '';
    const bundle = join('tile', 'data', '000.p', size);
    const bytes = readFileSync(join(copy, bundle));
    bytes[30] = (bytes[30] ?? 0) ^ 1;
    writeFileSync(join(copy, bundle), bytes);
    const { code, stdout } = await fsck(copy);
    assert.equal(code, 1);
    assert.match(stdout, new RegExp(`^damaged: ${bundle}: leaf hash of entry 0: got [0-9a-f]{64}, want `, 'm'));
    assert.match(stdout, /^damaged: 1 finding in 1 object$/m);
    const wrongKey = await fsck('--public-key', otherKey(), served.run.read);
    assert.equal(wrongKey.code, 1);
    assert.match(wrongKey.stdout, /^damaged: checkpoint: note: got .*, want .*\/dev\+[0-9a-f]{8}$/m);
  });

  it('exits with 2 when there is nothing to audit', async () => {
    for (const [args, sentence] of [
      [[NOBODY], /^could not look: http:\/\/127\.0\.0\.1:9\/dev\/log\.json: /],
      [[join(place, 'none')], /^could not look: There is no directory .*none\.$/m],
      [[place], /^could not look: There is no log in /],
      [[], /missing required argument 'log'/],
      [['--verifier-key', 'x', served.run.read], /^could not look: The verifier key 'x' cannot be used: /],
      [
        ['--origin', 'other.example', served.run.read],
        /^could not look: This is the log .*, and not other\.example\.$/m,
      ],
    ] as const) {
      const { code, stderr } = await fsck(...args);
      assert.equal(code, 2);
      assert.match(stderr, sentence);
    }
  });
});
