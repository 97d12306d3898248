import { readFileSync } from 'node:fs';
import { parsePemCertificates } from '../../personality-ct/core/pem.js';
import { CommandError } from '../terminal/command-error.js';

/** Checks that each file holds roots and nothing else. @throws CommandError naming the first that does not, and why. */
export function checkRoots(files: readonly string[]): void {
  for (const file of files) {
    const { problems } = parsePemCertificates(readRoots(file));
    const [first] = problems;
    if (first !== undefined)
      throw new CommandError(`The roots file ${file} cannot be used: ${first.replace(/\.$/, '')}.`);
  }
}

function readRoots(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`The roots file ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
