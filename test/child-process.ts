import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A child of the test process that says what it does in lines of JSON. */
export interface Child {
  readonly pid: number;
  /** The next line. @throws Error with what it wrote on stderr, when it has ended without one. */
  line<T>(): Promise<T>;
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGKILL, and returns when it has ended. */
  kill(): Promise<void>;
  /** Closes its stdin. @returns its exit code. */
  end(): Promise<number | null>;
}

/** Starts children for the suite that it is called in. After each test those that still run are killed. */
export function useChildren(): (command: string, args: readonly string[]) => Child {
  const children: Child[] = [];
  afterEach(async () => {
    await Promise.all(children.splice(0).map(async (child) => child.kill()));
  });
  return (command, args) => {
    const child = startChild(command, args);
    children.push(child);
    return child;
  };
}

function startChild(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  return {
    pid,
    async line<T>() {
      const next: IteratorResult<string, unknown> = await lines.next();
      if (next.done === true) throw new Error(`the child has ended: ${stderr}`);
      return JSON.parse(next.value) as T;
    },
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async end() {
      child.stdin.end();
      return (await ended)[0];
    },
  };
}
