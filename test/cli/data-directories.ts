import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFile } from '../../cli/data-directory/run-file.js';
import { until } from '../until.js';
import { commandFile, type RunningCommand } from './commands.js';

/** A start takes about 2 s on an idle machine. */
const START_TIMEOUT_MS = 60_000;

/** The arguments that let everything listen at any free port. */
export const ANY_PORTS: readonly string[] = ['sequencer', 'read', 'personality', 'ops'].flatMap((door) => [
  `--${door}-port`,
  '0',
]);

/** A data directory on which everything serves. */
export interface ServedDirectory {
  readonly directory: string;
  readonly command: RunningCommand;
  readonly run: RunFile;
}

/** Starts both services on a directory. Resolves when everything serves. */
export async function serve(
  start: (file: string, args: readonly string[]) => RunningCommand,
  directory: string,
  args: readonly string[] = [],
): Promise<ServedDirectory> {
  const command = start(commandFile('start'), ['--dir', directory, ...ANY_PORTS, ...args]);
  const run = await until(`${directory} is served`, START_TIMEOUT_MS, async () => {
    const found = readRun(directory);
    if (found?.pids.start === command.pid) return found;
    if (command.hasEnded()) throw new Error(`it ended: ${JSON.stringify(await command.ended)}`);
    return undefined;
  });
  return { directory, command, run };
}

/** What runs; undefined where the file is not there. It is written whole or not at all. */
function readRun(directory: string): RunFile | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether there is a process with this ID. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
