import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogStore } from '../../ports/store.js';
import { lockDirectory, type DirectoryLock } from './directory-lock.js';
import { makeMissing, syncDirectory } from './durable-files.js';
import { createPosixStore } from './posix-store.js';

/** The log directory as a store, held by this process alone. */
export interface LogDirectory {
  readonly store: LogStore;
  /** Where the deduplication index of this log may live, unless configured otherwise. */
  readonly indexPath: string;
  readonly release: () => Promise<void>;
}

/** Why a directory cannot be used: a sentence. */
export interface DirectoryRefused {
  readonly refused: string;
}

/** What a log directory holds, and nothing else. */
const OWN_NAMES: ReadonlySet<string> = new Set(['public', 'private', 'index', 'lock']);

/**
 * Opens the directory of one log, and makes it where it does not exist. Everything below `private/tmp` is removed: it was
 * never given a name.
 */
export async function openLogDirectory(path: string): Promise<LogDirectory | DirectoryRefused> {
  try {
    await makeMissing(path);
    const foreign = (await readdir(path)).find((name) => !OWN_NAMES.has(name));
    if (foreign !== undefined) {
      return { refused: `${path} is not the directory of a log: it holds ${JSON.stringify(foreign)}` };
    }
    const lock = await lockDirectory(join(path, 'lock'));
    if ('holder' in lock) return { refused: `${path} is held by another sequencer: ${lock.holder}` };
    return await openLocked(path, lock);
  } catch (error) {
    return { refused: `${path} cannot be used: ${error instanceof Error ? error.message : String(error)}` };
  }
}

async function openLocked(path: string, lock: DirectoryLock): Promise<LogDirectory> {
  const roots = { public: join(path, 'public'), private: join(path, 'private') };
  const temporary = join(roots.private, 'tmp');
  try {
    await rm(temporary, { recursive: true, force: true });
    for (const directory of [roots.public, temporary]) await makeMissing(directory);
    // A process that died between a rename and the sync after it has left a name that a power cut would take back. It is
    // read from now on, and built upon.
    for (const directory of [path, roots.public, roots.private]) await syncDirectory(directory);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    store: {
      public: createPosixStore({ root: roots.public, temporary }),
      private: createPosixStore({ root: roots.private, temporary }),
    },
    indexPath: join(path, 'index'),
    release: lock.release,
  };
}
