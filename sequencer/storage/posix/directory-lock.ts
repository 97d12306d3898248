import { open, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import koffi from 'koffi';

/** Exclusive, and not waiting. Source: flock(2), sys/file.h. */
const LOCK_EXCLUSIVE_NOW = 2 | 4;

/** A lock on a directory. It ends with `release`, or with the process that holds it, and in no other way. */
export interface DirectoryLock {
  readonly release: () => Promise<void>;
}

/** Somebody else holds the lock; `holder` is what it wrote about itself. */
export interface LockHeld {
  readonly holder: string;
}

/**
 * Takes the lock on the file at `path`, or says who has it.
 *
 * It is the kernel's flock: a holder that is killed loses it, and one that is stopped keeps it. A lock file with an age
 * could be taken from a holder that was only paused, which would then write over its successor.
 *
 * @throws the system's error when the file cannot be opened or its file system has no locks.
 */
export async function lockDirectory(path: string): Promise<DirectoryLock | LockHeld> {
  const file = await open(path, 'a+', 0o640);
  if (flock(file.fd, LOCK_EXCLUSIVE_NOW) !== 0) {
    const cause = koffi.errno();
    await file.close();
    if (cause !== koffi.os.errno['EWOULDBLOCK'] && cause !== koffi.os.errno['EAGAIN']) {
      throw new Error(`flock of ${path} failed with errno ${String(cause)}`);
    }
    const holder = (await readFile(path, 'utf8')).trim();
    return { holder: holder === '' ? 'a process that has not said its name yet' : holder };
  }
  try {
    await file.truncate(0);
    await file.write(`process ${String(process.pid)} on ${hostname()}, since ${new Date().toISOString()}\n`);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { release: async () => file.close() };
}

const flock = loadFlock();

function loadFlock(): (fd: number, operation: number) => number {
  const library = koffi.load(process.platform === 'darwin' ? 'libc.dylib' : 'libc.so.6');
  return library.func('int flock(int, int)') as (fd: number, operation: number) => number;
}
