import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { useTemporaryDirectory } from '../temporary-directory.js';
import { projectRoot } from '../testdata.js';
import { runNode, type Ended } from './commands.js';

const TSCONFIG = {
  compilerOptions: {
    rootDir: '.',
    outDir: 'dist',
    incremental: true,
    tsBuildInfoFile: 'dist/.tsbuildinfo',
    module: 'NodeNext',
    types: [],
    // To read the libraries takes most of the time: this is the smallest.
    lib: ['ES5'],
  },
  include: ['src/**/*.ts'],
};

/** A package that the lock file asks for, and an optional one for some other machine. */
const PACKAGES = {
  'node_modules/wanted': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/elsewhere': { version: '1.0.0', integrity: 'sha512-b', optional: true },
};

/** Stands in for npm: notes that it was called, and installs nothing but what npm writes last. */
const FAKE_NPM = `
const { appendFileSync, copyFileSync } = require('node:fs');
appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
if (process.env.FAKE_NPM_FAILS) process.exit(7);
copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;

describe('cli/prepare.mjs', () => {
  const directory = useTemporaryDirectory();
  const file = (name: string): string => join(directory(), name);
  const write = (name: string, content: unknown): void => {
    mkdirSync(dirname(file(name)), { recursive: true });
    writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const prepare = (env: Record<string, string> = {}): Promise<Ended> =>
    runNode(file('cli/prepare.mjs'), [], { npm_execpath: file('npm/npm-cli.js'), ...env });
  const installs = (): number =>
    existsSync(file('npm-calls')) ? readFileSync(file('npm-calls'), 'utf8').split('\n').length - 1 : 0;

  beforeEach(() => {
    for (const part of ['cli/prepare.mjs', 'cli/prepare'])
      cpSync(join(projectRoot(), part), file(part), { recursive: true });
    write('package.json', { type: 'module' });
    write('package-lock.json', { packages: { '': { name: 'it' }, ...PACKAGES } });
    write('node_modules/.package-lock.json', { packages: { 'node_modules/wanted': PACKAGES['node_modules/wanted'] } });
    symlinkSync(join(projectRoot(), 'node_modules', 'typescript'), file('node_modules/typescript'));
    write('tsconfig.json', TSCONFIG);
    write('src/a.ts', 'export const a: number = 1;\n');
    write('npm/npm-cli.js', FAKE_NPM);
    write('npm/package.json', {});
  });

  it('compiles what was never compiled, and says so', async () => {
    const { code, stderr } = await prepare();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Building/);
    assert.ok(existsSync(file('dist/src/a.js')));
    assert.equal(installs(), 0);
  });

  it('does nothing, and says nothing, the second time', async () => {
    await prepare();
    utimesSync(file('src/a.ts'), new Date(), new Date());
    assert.deepEqual(await prepare(), { code: 0, stdout: '', stderr: '' });
  });

  it('compiles again when a source has changed, and removes what came of one that is gone', async () => {
    write('src/b.ts', 'export const b: number = 1;\n');
    await prepare();
    write('src/a.ts', 'export const a: number = 2;\n');
    rmSync(file('src/b.ts'));
    const { code, stderr } = await prepare();
    assert.equal(code, 0, stderr);
    assert.match(readFileSync(file('dist/src/a.js'), 'utf8'), /a = 2/);
    assert.ok(!existsSync(file('dist/src/b.js')));
  });

  it('says in one sentence that the compiler has failed, and tries again the next time', async () => {
    write('src/a.ts', 'export const = 1;\n');
    for (let time = 0; time < 2; time++) {
      const { code, stderr } = await prepare();
      assert.equal(code, 1);
      assert.match(
        stderr,
        /src\/a\.ts.*error TS[^]*\nThe build failed \(exit code \d\): see the compiler's messages above\.\n$/,
      );
    }
  });

  for (const { desc, installed } of [
    { desc: 'nothing was installed', installed: undefined },
    {
      desc: 'a package has another version',
      installed: { 'node_modules/wanted': { version: '0.9.0', integrity: 'sha512-a' } },
    },
    {
      desc: 'a package has other bytes',
      installed: { 'node_modules/wanted': { version: '1.0.0', integrity: 'sha512-x' } },
    },
    { desc: 'a package is missing', installed: {} },
    { desc: 'there is a package too many', installed: { ...PACKAGES, 'node_modules/more': { version: '1.0.0' } } },
  ]) {
    it(`installs when ${desc}`, async () => {
      rmSync(file('node_modules/.package-lock.json'));
      if (installed !== undefined) write('node_modules/.package-lock.json', { packages: installed });
      const { code, stderr } = await prepare();
      assert.equal(code, 0, stderr);
      assert.equal(installs(), 1);
      assert.match(readFileSync(file('npm-calls'), 'utf8'), /^ci --include=dev /);
      await prepare();
      assert.equal(installs(), 1);
    });
  }

  it('says in one sentence that npm has failed', async () => {
    rmSync(file('node_modules/.package-lock.json'));
    const { code, stderr } = await prepare({ FAKE_NPM_FAILS: 'yes' });
    assert.equal(code, 1);
    assert.match(stderr, /\nnpm ci failed \(exit code 7\): see its messages above\.\n$/);
  });

  it('lets one work when several are called at once', async () => {
    rmSync(file('node_modules/.package-lock.json'));
    const all = await Promise.all(Array.from({ length: 4 }, () => prepare()));
    assert.deepEqual(
      all.map(({ code }) => code),
      [0, 0, 0, 0],
    );
    assert.equal(installs(), 1);
    assert.equal(all.filter(({ stderr }) => stderr.includes('Building')).length, 1);
  });

  it('does not wait for a process that was killed', async () => {
    // No process has an ID this high. Source: Linux, PID_MAX_LIMIT.
    write('dist/.turns/4194305-00000000', '');
    const { code, stderr } = await prepare();
    assert.equal(code, 0, stderr);
  });
});
