import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotLookError, OBJECT_SIZE_MAX_BYTES, type PublicObjects } from './public-objects.js';

/** The public objects in a directory. @param directory the one that `checkpoint` lies in. */
export function directoryObjects(directory: string): PublicObjects {
  return {
    where: directory,
    async read(path) {
      const file = join(directory, path);
      try {
        const { size } = await stat(file);
        if (size > OBJECT_SIZE_MAX_BYTES) throw new Error(`it has ${size} bytes`);
        return await readFile(file);
      } catch (error) {
        if (isAbsence(error)) return undefined;
        throw new CannotLookError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}

/** ENOTDIR: a file lies where a directory on the way should be. */
function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
