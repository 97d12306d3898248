import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs';

/** Read and written by their owner alone. Source: chmod(2). */
const PRIVATE_MODE = 0o600;

/**
 * Makes a file that only its owner may read, whole or not at all. A file that is there is left as it is: keys are never
 * overwritten. A crash leaves at most a file with another name behind.
 */
export function createPrivateFile(file: string, content: string): void {
  const partial = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(partial, 'w', PRIVATE_MODE);
  try {
    writeSync(descriptor, content);
    // A log whose key a power cut has erased could never sign again.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    linkSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(partial, { force: true });
  }
}
