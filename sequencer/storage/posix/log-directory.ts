import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogStore } from '../../ports/store.js';
import { createPosixStore } from './posix-store.js';
import { lockDirectory } from './directory-lock.js';

/** The log directory as a store, held by this process alone. */
export interface LogDirectory {
  readonly store: LogStore;
  /** Where the deduplication index of this log may live, unless configured otherwise. */
  readonly indexPath: string;
  release(): Promise<void>;
}

/** Why a directory cannot be used: a sentence. */
export interface DirectoryRefused {
  readonly refused: string;
}

const MODE = 0o750;

/** What a log directory holds, and nothing else. */
const OWN_NAMES: ReadonlySet<string> = new Set(['public', 'private', 'index', 'lock']);

/**
 * Opens the directory of one log, and makes it where it does not exist. Everything below `private/tmp` is removed: it was
 * never given a name.
 */
export async function openLogDirectory(path: string): Promise<LogDirectory | DirectoryRefused> {
  try {
    await mkdir(path, { recursive: true, mode: MODE });
    const foreign = (await readdir(path)).find((name) => !OWN_NAMES.has(name));
    if (foreign !== undefined) {
      return { refused: `${path} is not the directory of a log: it holds ${JSON.stringify(foreign)}` };
    }
    const lock = await lockDirectory(join(path, 'lock'));
    if ('holder' in lock) return { refused: `${path} is held by another sequencer: ${lock.holder}` };
    const temporary = join(path, 'private', 'tmp');
    await rm(temporary, { recursive: true, force: true });
    for (const made of [join(path, 'public'), temporary]) await mkdir(made, { recursive: true, mode: MODE });
    return {
      store: {
        public: createPosixStore({ root: join(path, 'public'), temporary }),
        private: createPosixStore({ root: join(path, 'private'), temporary }),
      },
      indexPath: join(path, 'index'),
      release: lock.release,
    };
  } catch (error) {
    return { refused: `${path} cannot be used: ${error instanceof Error ? error.message : String(error)}` };
  }
}
