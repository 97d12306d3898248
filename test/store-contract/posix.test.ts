import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError, type Store } from '../../sequencer/ports/store.js';
import { createPosixStore } from '../../sequencer/storage/posix/posix-store.js';
import { utf8 } from '../../tlog/bytes.js';
import { useTemporaryDirectory } from '../temporary-directory.js';
import { textOf } from './objects.js';
import { describeStore } from './store-contract.js';

const LARGE_BYTES = 3_000_000;

describe('createPosixStore()', () => {
  const directory = useTemporaryDirectory();
  const root = (): string => join(directory(), 'root');
  const temporary = (): string => join(directory(), 'temporary');
  const open = async (): Promise<Store> => {
    for (const made of [root(), temporary()]) await mkdir(made);
    return createPosixStore({ root: root(), temporary: temporary() });
  };

  describeStore('the posix store', async () => ({ store: await open(), close: async () => Promise.resolve() }));

  it('shows an object whole or not at all while it is being written', async () => {
    const store = await open();
    const bytes = new Uint8Array(LARGE_BYTES);
    await watchWhile(store, store.create('object/created', bytes));
    await watchWhile(store, store.swap('object/swapped', undefined, bytes));
  });

  it('shows the old object or the new one while it is being swapped', async () => {
    const store = await open();
    await store.create('object', new Uint8Array(LARGE_BYTES));
    const before = await store.read('object');
    const swapping = store.swap('object', before?.version, new Uint8Array(LARGE_BYTES).fill(1));
    await repeatDuring(swapping, async () => {
      const found = await store.read('object');
      assert.equal(found?.bytes.length, LARGE_BYTES);
      assert.ok(found.bytes.every((byte) => byte === found.bytes[0]));
    });
    assert.equal((await swapping).kind, 'swapped');
  });

  describe('when the system refuses', () => {
    it('says that nothing was written if there was no name yet', async () => {
      const store = await open();
      await store.create('object', utf8('before'));
      const version = (await store.read('object'))?.version;
      await rm(temporary(), { recursive: true });
      await fails(store.create('dir/a', utf8('x')), { operation: 'create', objectName: 'dir/a', effect: 'none' });
      await fails(store.swap('a', undefined, utf8('x')), { operation: 'swap', objectName: 'a', effect: 'none' });
      await fails(store.swap('object', version, utf8('x')), {
        operation: 'swap',
        objectName: 'object',
        effect: 'none',
      });
      assert.equal(await textOf(store, 'object'), 'before');
    });

    it('says so too if there is a file where a directory has to be', async () => {
      const store = await open();
      await writeFile(join(root(), 'file'), 'x');
      await fails(store.create('file/a/b', utf8('x')), { operation: 'create', objectName: 'file/a/b', effect: 'none' });
    });

    it('leaves open what came of a write if giving it its name failed', async () => {
      const store = await open();
      await store.create('dir/a', utf8('x'));
      await rm(join(root(), 'dir'), { recursive: true });
      await fails(store.create('dir/b', utf8('x')), { operation: 'create', objectName: 'dir/b', effect: 'unknown' });
    });

    it('fails, and does not go on for ever, if directories are removed behind its back', async () => {
      const store = await open();
      await store.create('dir/a', utf8('x'));
      await rm(join(root(), 'dir'), { recursive: true });
      const wanted = { operation: 'create', objectName: 'dir/deeper/b', effect: 'none' } as const;
      await fails(store.create('dir/deeper/b', utf8('x')), wanted);
    });

    it('says of reading and listing that they have no effect', async () => {
      const store = await open();
      await mkdir(join(root(), 'directory'));
      await writeFile(join(root(), 'file'), 'x');
      await fails(store.read('directory'), { operation: 'read', objectName: 'directory', effect: 'none' });
      const listing = (async () => {
        for await (const name of store.list('file/')) assert.fail(name);
      })();
      await fails(listing, { operation: 'list', objectName: 'file/', effect: 'none' });
    });

    it('leaves open what came of a removal', async () => {
      const store = await open();
      await mkdir(join(root(), 'directory'));
      await fails(store.remove('directory'), { operation: 'remove', objectName: 'directory', effect: 'unknown' });
    });

    it('keeps the error of the system as the cause', async () => {
      const store = await open();
      await mkdir(join(root(), 'directory'));
      await assert.rejects(store.read('directory'), (error: Error) => {
        assert.equal((error.cause as NodeJS.ErrnoException).code, 'EISDIR');
        assert.equal(error.message, 'read of directory failed in the storage');
        assert.match((error.cause as Error).message, /^EISDIR/);
        return true;
      });
    });
  });
});

/** Reads all there is, again and again, until `writing` is done. */
async function watchWhile(store: Store, writing: Promise<unknown>): Promise<void> {
  await repeatDuring(writing, async () => {
    for await (const name of store.list('object/')) {
      assert.equal((await store.read(name))?.bytes.length, LARGE_BYTES, name);
    }
  });
}

async function repeatDuring(running: Promise<unknown>, action: () => Promise<void>): Promise<void> {
  const state = { ended: false };
  const ended = running.finally(() => {
    state.ended = true;
  });
  while (!state.ended) await action();
  await ended;
}

async function fails(
  action: Promise<unknown>,
  want: Pick<StoreError, 'operation' | 'objectName' | 'effect'>,
): Promise<void> {
  await assert.rejects(action, (error: unknown) => {
    assert.ok(error instanceof StoreError, String(error));
    const { operation, objectName, effect } = error;
    assert.deepEqual({ operation, objectName, effect }, want);
    return true;
  });
}
