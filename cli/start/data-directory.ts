import { accessSync, constants, mkdirSync, readdirSync } from 'node:fs';
import { readState, STATE_FILE } from '../data-directory/state-file.js';
import type { DataDirectoryState } from '../data-directory/state-file.js';
import { CommandError } from '../terminal/command-error.js';

/** How many names of a foreign directory are told. */
const NAMES_TOLD_MAX = 3;

/**
 * Makes a directory where there is none, and finds out whether it is ours to write in.
 *
 * @returns the state of a directory that was used before; undefined where it is new.
 * @throws CommandError when it cannot be written, or is somebody else's.
 */
export function claimDirectory(directory: string): DataDirectoryState | undefined {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandError(`${directory} cannot be used as data directory: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const state = readState(directory);
  if (state === undefined) refuseForeign(directory);
  return state;
}

/** A first use that was interrupted leaves at most a file that was to become the state. */
function refuseForeign(directory: string): void {
  const names = readdirSync(directory).filter((name) => !(name.startsWith(STATE_FILE) && name.endsWith('.tmp')));
  if (names.length === 0) return;
  const told = names.slice(0, NAMES_TOLD_MAX).join(', ');
  const more = names.length > NAMES_TOLD_MAX ? ` and ${names.length - NAMES_TOLD_MAX} more` : '';
  throw new CommandError(
    `${directory} was not made by npm start, and is not empty (${told}${more}): name another directory with --dir.`,
  );
}
