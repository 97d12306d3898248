import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogStore } from '../../sequencer/ports/store.js';
import { openLogDirectory, type LogDirectory } from '../../sequencer/storage/posix/log-directory.js';
import { utf8 } from '../../tlog/bytes.js';
import { useChildren } from '../child-process.js';
import { useTemporaryDirectory } from '../temporary-directory.js';
import { swapped, textOf } from './objects.js';

const CHILD = fileURLToPath(new URL('./child/main.js', import.meta.url));

/** The size of the objects that the child writes. */
const WRITTEN_BYTES = 300_000;

/** What `ulimit -f` of the child is: 64 to 128 KiB, whether the shell counts in blocks of 512 or 1,024 bytes. */
const FILE_LIMIT_BLOCKS = 128;

describe('openLogDirectory()', () => {
  const temporary = useTemporaryDirectory();
  const start = useChildren();
  const path = (): string => join(temporary(), 'new', 'log');

  it('makes the directory, and those above it', async () => {
    await (await opened(path())).release();
    assert.deepEqual((await readdir(path())).sort(), ['lock', 'private', 'public']);
  });

  it('keeps what was stored', async () => {
    const before = await opened(path());
    await before.store.public.create('tile/0/000.p/1', utf8('tile'));
    await swapped(before.store.private, 'tree', undefined, 'tree');
    const version = (await before.store.private.read('tree'))?.version;
    await before.release();
    const after = await opened(path());
    assert.equal(await textOf(after.store.public, 'tile/0/000.p/1'), 'tile');
    assert.equal(await textOf(after.store.private, 'tree'), 'tree');
    await swapped(after.store.private, 'tree', version, 'newer');
    await after.release();
  });

  it('keeps the spaces apart', async () => {
    const { store, release } = await opened(path());
    await store.private.create('secret', utf8('x'));
    assert.equal(await store.public.read('secret'), undefined);
    await release();
  });

  it('lets nobody but the owner write, and nobody but the group read', async () => {
    const umask = process.umask(0);
    try {
      const { store, release } = await opened(path());
      await writeSome(store);
      await release();
    } finally {
      process.umask(umask);
    }
    for (const entry of await readdir(path(), { recursive: true, withFileTypes: true })) {
      const at = join(entry.parentPath, entry.name);
      assert.equal((await stat(at)).mode & 0o777, entry.isDirectory() ? 0o750 : 0o640, at);
    }
  });

  it('removes the temporary files of a process that died', async () => {
    await (await opened(path())).release();
    await writeFile(join(path(), 'private', 'tmp', '0123456789abcdef'), 'half an obj');
    await (await opened(path())).release();
    assert.deepEqual(await readdir(join(path(), 'private', 'tmp')), []);
  });

  for (const { desc, make, reason } of [
    {
      desc: 'that holds something else',
      make: async (at: string) => mkdir(join(at, 'photographs'), { recursive: true }),
      reason: /is not the directory of a log: it holds "photographs"$/,
    },
    {
      desc: 'that is a file',
      make: async (at: string) => makeFile(at),
      reason: /cannot be used: ENOTDIR: not a directory/,
    },
    {
      desc: 'below a file',
      make: async (at: string) => makeFile(join(at, '..')),
      reason: /cannot be used: ENOTDIR: not a directory/,
    },
    {
      desc: 'whose private part is a file',
      make: async (at: string) => makeFile(join(at, 'private')),
      reason: /cannot be used: ENOTDIR: not a directory/,
    },
  ]) {
    it(`refuses a directory ${desc}`, async () => {
      await make(path());
      const refused = await openLogDirectory(path());
      assert.match('refused' in refused ? refused.refused : 'it was opened', reason);
    });
  }

  it('puts nothing into a directory that is not its own', async () => {
    await mkdir(join(path(), 'photographs'), { recursive: true });
    await openLogDirectory(path());
    assert.deepEqual(await readdir(path()), ['photographs']);
  });

  it('gives the lock back when it fails after it has taken it', async () => {
    await makeFile(join(path(), 'private'));
    assert.ok('refused' in (await openLogDirectory(path())));
    const again = await openLogDirectory(path());
    assert.match('refused' in again ? again.refused : '', /ENOTDIR/);
  });

  describe('and the lock', () => {
    const hold = (): ReturnType<typeof start> => start(process.execPath, [CHILD, 'hold', path()]);

    it('refuses a second one in the same process, until the first has released it', async () => {
      const first = await opened(path());
      const second = await openLogDirectory(path());
      assert.match('refused' in second ? second.refused : '', new RegExp(`held by .*process ${process.pid} on `));
      await first.release();
      await (await opened(path())).release();
    });

    it('refuses another process, naming the one that holds it', async () => {
      const holder = hold();
      assert.deepEqual(await holder.line(), { holder: holder.pid });
      const refused = await openLogDirectory(path());
      assert.match(
        'refused' in refused ? refused.refused : '',
        new RegExp(`held by .*process ${holder.pid} on .*, since`),
      );
      const rival = hold();
      assert.match((await rival.line<{ refused: string }>()).refused, new RegExp(`process ${holder.pid} on `));
      assert.equal(await rival.end(), 0);
      assert.equal(await holder.end(), 0);
      await (await opened(path())).release();
    });

    it('is free when its holder was killed', async () => {
      const holder = hold();
      await holder.line();
      await holder.kill();
      await (await opened(path())).release();
    });

    it('stays with a holder that is stopped', async () => {
      const holder = hold();
      await holder.line();
      holder.signal('SIGSTOP');
      const refused = await openLogDirectory(path());
      assert.match('refused' in refused ? refused.refused : '', new RegExp(`process ${holder.pid} on `));
      holder.signal('SIGCONT');
      assert.equal(await holder.end(), 0);
    });

    it('is not passed on to children', async () => {
      const { release } = await opened(path());
      const child = start('/bin/cat', []);
      await release();
      await (await opened(path())).release();
      await child.end();
    });
  });

  it('shows whole objects alone, and every one that was reported, after a kill in the middle', async () => {
    for (const createdBefore of [1, 7, 20]) {
      const writer = start(process.execPath, [CHILD, 'write', path()]);
      await writer.line();
      const created: string[] = [];
      while (created.length < createdBefore) created.push((await writer.line<{ created: string }>()).created);
      await writer.kill();
      const { store, release } = await opened(path());
      for (const name of created) assert.ok((await store.private.read(name)) !== undefined, `${name} is there`);
      for await (const name of store.private.list('object/')) await checkWhole(store, name);
      await checkWhole(store, 'newest');
      assert.deepEqual(await readdir(join(path(), 'private', 'tmp')), []);
      await release();
    }
  });

  it('says that nothing was stored when the bytes could not be written, leaves nothing behind, and goes on', async () => {
    const first = await opened(path());
    await first.store.private.swap('swapped', undefined, utf8('before'));
    await first.release();
    const limited = `ulimit -f ${FILE_LIMIT_BLOCKS} && exec "$0" "$@"`;
    const child = start('/bin/sh', ['-c', limited, process.execPath, CHILD, 'overflow', path()]);
    await child.line();
    assert.deepEqual(await child.line(), {
      create: { operation: 'create', objectName: 'large', effect: 'none' },
      swap: { operation: 'swap', objectName: 'swapped', effect: 'none' },
    });
    const second = await child.line<{ create: string; swap: { kind: string } }>();
    assert.deepEqual([second.create, second.swap.kind], ['created', 'swapped']);
    assert.deepEqual(await child.line(), { temporary: [] });
  });
});

async function opened(path: string): Promise<LogDirectory> {
  const directory = await openLogDirectory(path);
  if ('refused' in directory) assert.fail(directory.refused);
  return directory;
}

async function makeFile(path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, 'a file');
}

async function writeSome(store: LogStore): Promise<void> {
  await store.public.create('tile/0/x001/000', utf8('x'));
  await store.private.create('journal/1/2', utf8('x'));
  await store.private.swap('tree', undefined, utf8('x'));
  await store.private.swap('tree', (await store.private.read('tree'))?.version, utf8('y'));
}

async function checkWhole(store: LogStore, name: string): Promise<void> {
  const found = await store.private.read(name);
  assert.ok(found !== undefined);
  assert.equal(found.bytes.length, WRITTEN_BYTES, name);
  assert.ok(
    found.bytes.every((byte) => byte === found.bytes[0]),
    `${name} is of one piece`,
  );
}
