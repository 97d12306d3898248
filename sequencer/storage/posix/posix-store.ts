import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkObjectName,
  checkPrefix,
  StoreError,
  type Store,
  type StoredObject,
  type SwapResult,
  type Version,
} from '../../ports/store.js';
import { createDurableFiles, hasCode, NothingWritten, type DurableFiles } from './durable-files.js';

/**
 * Objects as files below `root`, with the names of the objects. `create` is a link that fails if the name is there; `swap`
 * compares and renames, one at a time. The caller holds the directory's lock, so no other process writes here.
 *
 * @param paths.temporary a directory on the same file system, outside of what is listed.
 */
export function createPosixStore(paths: { readonly root: string; readonly temporary: string }): Store {
  const files = createDurableFiles(paths);
  const pathOf = (name: string): string => {
    checkObjectName(name);
    return join(paths.root, name);
  };
  let lastSwap: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(action: () => Promise<T>): Promise<T> => {
    const turn = lastSwap.then(action);
    lastSwap = turn.catch(() => undefined);
    return turn;
  };
  return {
    read: async (name) => readObject(pathOf(name), name),
    async create(name, bytes) {
      const path = pathOf(name);
      return attempt('create', name, async () => files.create(path, bytes));
    },
    async swap(name, expected, bytes) {
      const path = pathOf(name);
      if (expected === undefined) return begin(files, { path, name, bytes });
      return inTurn(async () => {
        if ((await readObject(path, name))?.version !== expected) return { kind: 'conflict' };
        await attempt('swap', name, async () => files.replace(path, bytes));
        return { kind: 'swapped', version: versionOf(bytes) };
      });
    },
    async *list(prefix, from = prefix) {
      checkPrefix(prefix);
      const names = await attempt('list', prefix, async () => namesBelow(paths.root, prefix));
      yield* names.filter((name) => name >= from).sort();
    },
    async remove(name) {
      const path = pathOf(name);
      // Not synced: a name that comes back after a power cut is removed again.
      await attempt('remove', name, async () => rm(path, { force: true }));
    },
  };
}

/** A swap that expects no object is a create: a rename would not notice an object that appeared since it was looked for. */
async function begin(
  files: DurableFiles,
  { path, name, bytes }: { readonly path: string; readonly name: string; readonly bytes: Uint8Array },
): Promise<SwapResult> {
  const result = await attempt('swap', name, async () => files.create(path, bytes));
  return result === 'created' ? { kind: 'swapped', version: versionOf(bytes) } : { kind: 'conflict' };
}

async function readObject(path: string, name: string): Promise<StoredObject | undefined> {
  try {
    const bytes = await readFile(path);
    return { bytes, version: versionOf(bytes) };
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw new StoreError({ operation: 'read', objectName: name, effect: 'none' }, { cause: error });
  }
}

/** The same content is the same version: a swap that finds its own bytes has nothing to lose. */
function versionOf(bytes: Uint8Array): Version {
  return createHash('sha256').update(bytes).digest('hex') as Version;
}

async function namesBelow(root: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  const visit = async (directory: string): Promise<void> => {
    for (const entry of await entriesOf(join(root, directory))) {
      if (entry.isDirectory()) await visit(`${directory}${entry.name}/`);
      else names.push(directory + entry.name);
    }
  };
  await visit(prefix);
  return names;
}

async function entriesOf(directory: string): Promise<{ name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function attempt<T>(operation: StoreError['operation'], name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const effect = error instanceof NothingWritten || operation === 'list' ? 'none' : 'unknown';
    throw new StoreError({ operation, objectName: name, effect }, { cause: error });
  }
}
