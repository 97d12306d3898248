import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.js';

/** What is decided when a data directory is made, and never changes. Its file shows that a directory is ours. */
export interface DataDirectoryState {
  readonly version: 1;
  /** The name of the log. */
  readonly log: string;
  /** The identity of the log, which its checkpoints carry for ever. */
  readonly origin: string;
  /** The port that the origin names. */
  readonly personalityPort: number;
  /** When the directory was made, in ms. The defaults of the shard follow from it. */
  readonly createdMs: number;
}

/** The name of the file. */
export const STATE_FILE = 'andamento.json';

const STATE = z.object({
  version: z.literal(1),
  log: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  origin: z.string().min(1),
  personalityPort: z.int().min(1).max(65_535),
  createdMs: z.int().min(0),
});

/** The state of a data directory; undefined where the directory is none of ours. @throws CommandError when it is damaged. */
export function readState(directory: string): DataDirectoryState | undefined {
  return readJsonFile(join(directory, STATE_FILE), STATE);
}

/** Makes a directory ours. */
export function writeState(directory: string, state: DataDirectoryState): void {
  writeJsonFile(join(directory, STATE_FILE), state);
}

/** The directory of the log, which holds `public/` and `private/`. */
export function logDirectory(directory: string, { log }: DataDirectoryState): string {
  return join(directory, log);
}
