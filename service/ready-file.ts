import { rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { StartupError } from './startup-error.js';

/**
 * Writes where a service is found: its process ID and its addresses, as one JSON object. Whoever waits for the file never
 * sees half of it.
 *
 * @throws StartupError when the file cannot be written.
 */
export async function writeReadyFile(file: string, addresses: Readonly<Record<string, string>>): Promise<void> {
  const partial = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(partial, `${JSON.stringify({ pid: process.pid, ...addresses })}\n`);
    await rename(partial, file);
  } catch (error) {
    throw new StartupError(`cannot write the ready file ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes the file, if it is there. Synchronous, because it is also done when the process is about to end. */
export function removeReadyFile(file: string): void {
  rmSync(file, { force: true });
}
