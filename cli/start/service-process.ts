import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../service/clock.js';
import { CommandError } from '../terminal/command-error.js';

/** How a process ended. */
export interface Ending {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A service that runs as a child. */
export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** What it writes goes here. */
  readonly logFile: string;
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ending>;
  hasEnded(): boolean;
  /** Where it serves, by the name of the door. @throws CommandError when it ends instead, or takes too long. */
  addresses(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Asks it to drain; a second time, to end at once. */
  terminate(): void;
  kill(): void;
  /** The last thing that it wrote for people, as one sentence. */
  lastWords(): string;
}

/** How long a service may take to open its doors, in ms; it opens them before it recovers its logs. */
const OPEN_TIMEOUT_MS = 60_000;
const LOOK_AGAIN_MS = 20;

/** How much of what a service wrote is looked at for its last words, in characters. */
const LAST_WORDS_MAX = 2_000;

/**
 * Starts a service.
 *
 * It gets a session of its own: Ctrl-C in a terminal goes to everybody who belongs to it, and the sequencer must not
 * drain before the personality has. The channel is there to be closed: when this process is killed, the service notices.
 *
 * @param service the folder of its main.js. @param name of the files that it gets in the directory.
 */
export function startService(
  { service, name, directory, configFile }: { service: string; name: string; directory: string; configFile: string },
  clock: Clock,
): ServiceProcess {
  const main = fileURLToPath(new URL(`../../${service}/main.js`, import.meta.url));
  const readyFile = join(directory, `.${name}-${process.pid}.ready.json`);
  const logFile = join(directory, `${name}.log`);
  const output = openLogFile(logFile);
  const child = spawn(process.execPath, [main, '--config', configFile, '--ready-file', readyFile], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);
  let ending: Ending | undefined;
  const ended = new Promise<Ending>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      ending = { code, signal };
      rmSync(readyFile, { force: true });
      resolve(ending);
    };
    // A process that could not be started has no exit; its error says the same as its missing process ID.
    child.once('exit', end).once('error', () => (child.pid === undefined ? end(null, null) : undefined));
  });
  const lastWords = (): string => lastWordsOf(logFile);
  return {
    name,
    pid: child.pid ?? 0,
    logFile,
    ended,
    hasEnded: () => ending !== undefined,
    lastWords,
    async addresses(signal) {
      const deadlineMs = clock.monotonicMs() + OPEN_TIMEOUT_MS;
      for (;;) {
        const addresses = readReadyFile(readyFile);
        if (addresses !== undefined) return addresses;
        if (ending !== undefined) throw new CommandError(`The ${name} did not start: ${lastWords()}`);
        if (clock.monotonicMs() > deadlineMs) {
          throw new CommandError(
            `The ${name} has not opened its doors in ${OPEN_TIMEOUT_MS / 1000} s: see ${logFile}.`,
          );
        }
        await clock.sleep(LOOK_AGAIN_MS, signal);
      }
    },
    terminate: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The log of the run before is kept under another name, so that what has killed it can still be read. */
function openLogFile(file: string): number {
  if (existsSync(file)) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}

/** The ready file appears whole. */
function readReadyFile(file: string): Record<string, string> | undefined {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

/** A service logs JSON, and says in plain lines, behind its name, why it does not start. */
function lastWordsOf(logFile: string): string {
  const text = readFileSync(logFile, 'utf8').slice(-LAST_WORDS_MAX);
  const plain = text.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  if (plain.length === 0) return `see ${logFile}.`;
  const sentences = plain.map((line) => line.replace(/^(sequencer|personality(-ct)?): /, ''));
  return sentences.length === 1 ? `${sentences.join('').replace(/\.$/, '')}.` : `\n  ${sentences.join('\n  ')}`;
}
