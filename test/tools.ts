import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { projectRoot } from './testdata.js';

/** What a program left behind. */
interface Outcome {
  /** The exit code; -1 when it could not be started, or a signal or the timeout ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After this time the program is killed. Left out: it has all the time that it wants. */
  readonly timeout?: number;
}

/** The most that a program may print, in bytes. Rendered manifests have 20 KiB. */
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;

/** The path of a program that CI puts into .tools/, or that is on the PATH; undefined where there is none. */
export function findTool(name: string): string | undefined {
  const folders = [join(projectRoot(), '.tools'), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Runs a program to its end. Never throws: a program that fails is an outcome. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(file, args, { ...options, maxBuffer: OUTPUT_MAX_BYTES }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
