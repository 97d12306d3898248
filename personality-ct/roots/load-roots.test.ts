import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueRoot } from '../../test/certificates/issue.js';
import { nobleHasher } from '../../tlog/hash.js';
import { encodePem } from '../core/pem.js';
import { loadRoots } from './load-roots.js';

describe('loadRoots()', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'andamento-roots-'));
  });
  after(() => rm(directory, { recursive: true }));

  async function fileOf(name: string, text: string): Promise<string> {
    const file = join(directory, name);
    await writeFile(file, text);
    return file;
  }
  const a = issueRoot('a').der;
  const b = issueRoot('b').der;

  it('takes each root of all files once', async () => {
    const files = [await fileOf('a', encodePem(a)), await fileOf('both', `# roots\n${encodePem(b)}\n${encodePem(a)}`)];
    const { roots, problems } = await loadRoots(nobleHasher, files);
    assert.deepEqual(problems, []);
    assert.equal(roots.size, 2);
  });

  it('says which file and which block is bad, and takes the rest', async () => {
    const bad = await fileOf('bad', `${encodePem(a)}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
    const missing = join(directory, 'missing');
    const { roots, problems } = await loadRoots(nobleHasher, [bad, missing, await fileOf('empty', '')]);
    assert.equal(roots.size, 1);
    assert.equal(problems.length, 3);
    assert.match(String(problems[0]), /^roots file .*\/bad: block 2 at line \d+ is not an X\.509 certificate/);
    assert.match(String(problems[1]), /^roots file .*\/missing cannot be read: ENOENT/);
    assert.match(String(problems[2]), /^roots file .*\/empty: there is no PEM block/);
  });
});
