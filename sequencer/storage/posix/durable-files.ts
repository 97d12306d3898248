import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Only the owner and its group read what a log stores; a web server in front of `public/` joins the group. */
const FILE_MODE = 0o640;

const DIRECTORY_MODE = 0o750;

/** Files whose names and bytes survive a power cut from the moment a call returns. */
export interface DurableFiles {
  /** Writes a file that does not exist yet. @throws NothingWritten, or the error of the system from when the name may be there. */
  create(path: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  /** Writes a file, in place of the one that is there, in one step. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
}

/** A write failed before the name of the file could change. */
export class NothingWritten extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'NothingWritten';
  }
}

/**
 * Files below `root`, which is there. `temporary` is a directory on the same file system, for files that have no name yet.
 */
export function createDurableFiles({ root, temporary }: Record<'root' | 'temporary', string>): DurableFiles {
  /** Directories whose names, up to the root, are on stable storage. */
  const known = new Set([root]);
  const prepare = async (path: string, bytes: Uint8Array): Promise<string> => {
    try {
      await makeDirectory(dirname(path), known);
      return await writeTemporary(temporary, bytes);
    } catch (error) {
      throw new NothingWritten(error);
    }
  };
  return {
    async create(path, bytes) {
      const written = await prepare(path, bytes);
      try {
        await link(written, path);
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
        // Its writer may have died between link and sync: what is reported as existing must be on stable storage.
        await syncFile(path);
        await syncDirectory(dirname(path));
        return 'exists';
      } finally {
        await unlink(written);
      }
      await syncDirectory(dirname(path));
      return 'created';
    },
    async replace(path, bytes) {
      await rename(await prepare(path, bytes), path);
      await syncDirectory(dirname(path));
    },
  };
}

/** A crash leaves a file in `temporary`, which the next start removes. */
async function writeTemporary(temporary: string, bytes: Uint8Array): Promise<string> {
  const path = join(temporary, randomBytes(16).toString('hex'));
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await unlink(path).catch(() => undefined);
    throw error;
  } finally {
    await file.close();
  }
  return path;
}

/** Makes a directory below those that are known, and those between. */
async function makeDirectory(path: string, known: Set<string>): Promise<void> {
  if (known.has(path)) return;
  await makeDirectory(dirname(path), known);
  await mkdirUnlessThere(path);
  // Also where it was there already: whoever made it may have died before this.
  await syncDirectory(dirname(path));
  known.add(path);
}

/** Makes a directory, and those above it, unless they are there; each new name is on stable storage when this returns. */
export async function makeMissing(path: string): Promise<void> {
  let made: boolean;
  try {
    made = await mkdirUnlessThere(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await makeMissing(dirname(path));
    // Once more and not again: if somebody removes directories meanwhile, that is an error.
    made = await mkdirUnlessThere(path);
  }
  // What lies above a directory that was there is not ours, and perhaps not to be opened.
  if (made) await syncDirectory(dirname(path));
}

/** @returns whether it was not there. */
async function mkdirUnlessThere(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: DIRECTORY_MODE });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts the names in a directory on stable storage. */
export async function syncDirectory(path: string): Promise<void> {
  await syncFile(path);
}

/** Whether `error` is the system's error of that code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
