import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  hasEnded(): boolean;
  signal(signal: NodeJS.Signals): void;
}

/** The file of a command, as it was compiled. */
export function commandFile(command: 'start' | 'submit' | 'fsck'): string {
  return fileURLToPath(new URL(`../../cli/${command}/main.js`, import.meta.url));
}

/** Runs a Node.js program to its end. */
export async function runNode(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startNode(file, args, env).ended;
}

/** Lets the suite that it is called in start Node.js programs. Those that still run after a test are asked to end. */
export function useCommands(): (file: string, args: readonly string[]) => RunningCommand {
  const started: RunningCommand[] = [];
  afterEach(async () => {
    for (const command of started.splice(0)) {
      // Not killed: a command that has started processes of its own ends those first.
      if (!command.hasEnded()) command.signal('SIGTERM');
      await command.ended;
    }
  });
  return (file, args) => {
    const command = startNode(file, args);
    started.push(command);
    return command;
  };
}

/** Starts a Node.js program, which whoever calls this has to end. */
export function startNode(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningCommand {
  // Where the tests were called from is nothing to the commands that they call.
  const child = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, INIT_CWD: undefined, ...env },
  });
  return {
    pid: child.pid ?? 0,
    ended: untilEnded(child),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    signal: (signal) => void child.kill(signal),
  };
}

async function untilEnded(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
