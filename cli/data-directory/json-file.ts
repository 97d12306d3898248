import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { CommandError } from '../terminal/command-error.js';

/**
 * Reads a JSON file of ours. @returns undefined where there is no such file.
 * @throws CommandError when it cannot be read or says something else than it should.
 */
export function readJsonFile<T>(file: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw new CommandError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const reason = issue === undefined ? (error as Error).message : `${issue.path.join('.')}: ${issue.message}`;
    throw new CommandError(`${file} is damaged: ${reason}`, { cause: error });
  }
}

/** Writes a JSON file in one step: whoever waits for it never sees half of it. */
export function writeJsonFile(file: string, value: unknown): void {
  const partial = `${file}.${process.pid}.tmp`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(partial, file);
}

/** ENOTDIR: a file lies where a directory on the way should be. */
function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
