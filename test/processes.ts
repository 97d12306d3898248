import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.js';

/** A service that runs as a process of its own. */
export interface ServiceProcess<Addresses> {
  readonly pid: number;
  /** Where it serves: what its ready file says. */
  readonly addresses: Addresses;
  /** The end of what it has written on stdout and stderr. */
  output(): string;
  /** Sends SIGTERM. @returns the exit code, when the process has ended. */
  stop(): Promise<number | null>;
  /** Sends SIGKILL, and returns when the process has ended. */
  kill(): Promise<void>;
}

/** Where a sequencer serves. */
export interface SequencerAddresses {
  /** host:port */
  readonly rpc: string;
  /** http://host:port */
  readonly read: string;
  readonly ops: string;
}

/** Where a personality serves, as http://host:port. */
export interface PersonalityAddresses {
  readonly http: string;
  readonly ops: string;
}

/** A key pair whose private half is in a file. */
export interface KeyFile {
  readonly file: string;
  /** The DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

/** A directory of its own, and the processes that are started in it. */
export interface Processes {
  /** An absolute path. Relative paths in a configuration start here. */
  readonly directory: string;
  /** Starts a sequencer on free ports, with this configuration added. Resolves when it serves. */
  startSequencer(config: object): Promise<ServiceProcess<SequencerAddresses>>;
  /** Starts a sequencer, to be killed whether it serves by then or not. */
  launchSequencer(config: object): Pick<ServiceProcess<SequencerAddresses>, 'kill'>;
  /** Starts a personality on free ports, with this configuration added. Resolves when it serves. */
  startPersonality(config: object): Promise<ServiceProcess<PersonalityAddresses>>;
  /** Makes a key pair. @param name of its file in the directory. */
  makeKey(name: string, type: 'p256' | 'ed25519'): KeyFile;
}

const ANY_PORT = { listen: '127.0.0.1:0' };
const SEQUENCER_PORTS = { rpc: ANY_PORT, read: ANY_PORT, ops: ANY_PORT };
/** A start takes about 1 s on an idle machine. */
const START_TIMEOUT_MS = 30_000;
const OUTPUT_MAX_CHARACTERS = 64 * 1024;

/**
 * Gives the suite that it is called in a place for real processes: a new directory before its first test, and after its
 * last one every process that still runs is killed and the directory removed. What the processes wrote is shown when a
 * test of the suite fails.
 */
export function useProcesses(): Processes {
  const running: StartedProcess[] = [];
  let directory: string | undefined;
  let started = 0;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'andamento-test-'));
  });
  afterEach(function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const process of running) console.log(`--- ${process.name} wrote:\n${process.output()}`);
  });
  after(async () => {
    await Promise.all(running.map((process) => process.kill()));
    if (directory !== undefined) rmSync(directory, { recursive: true });
  });

  function place(): string {
    if (directory === undefined)
      throw new Error('processes are started in tests and hooks, not while tests are declared');
    return directory;
  }
  function launch(service: string, config: object): StartedProcess {
    started += 1;
    const name = `${service}-${started}`;
    // YAML is a superset of JSON.
    writeFileSync(join(place(), `${name}.yaml`), JSON.stringify(config, undefined, 2));
    const process = spawnService(service, { name, directory: place() });
    running.push(process);
    return process;
  }
  async function start<Addresses>(service: string, config: object): Promise<ServiceProcess<Addresses>> {
    const process = launch(service, config);
    const { pid, ...addresses } = await process.ready();
    await until(`${process.name} says that it is ready`, START_TIMEOUT_MS, () => saysReady(addresses.ops));
    return { ...process, pid, addresses: addresses as unknown as Addresses };
  }

  return {
    get directory() {
      return place();
    },
    startSequencer: (config) => start<SequencerAddresses>('sequencer', { ...SEQUENCER_PORTS, ...config }),
    launchSequencer: (config) => launch('sequencer', { ...SEQUENCER_PORTS, ...config }),
    startPersonality: (config) =>
      start<PersonalityAddresses>('personality-ct', { http: ANY_PORT, ops: ANY_PORT, ...config }),
    makeKey: (name, type) => makeKey(join(place(), name), type),
  };
}

interface ReadyFile {
  readonly pid: number;
  readonly ops: string;
}

interface StartedProcess {
  readonly name: string;
  ready(): Promise<ReadyFile>;
  output(): string;
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

function spawnService(service: string, { name, directory }: { name: string; directory: string }): StartedProcess {
  const main = fileURLToPath(new URL(`../${service}/main.js`, import.meta.url));
  const readyFile = join(directory, `${name}.ready.json`);
  const args = ['--config', join(directory, `${name}.yaml`), '--ready-file', readyFile];
  const child = spawn(process.execPath, [main, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keepOutput(child);
  const ended = once(child, 'close') as Promise<[number | null]>;

  return {
    name,
    output,
    ready: () =>
      until(`${name} is ready`, START_TIMEOUT_MS, () => {
        if (hasEnded(child)) throw new Error(`${name} ended before it was ready:\n${output()}`);
        return readReadyFile(readyFile);
      }),
    async stop() {
      if (!hasEnded(child)) child.kill('SIGTERM');
      return (await ended)[0];
    },
    async kill() {
      if (!hasEnded(child)) child.kill('SIGKILL');
      await ended;
    },
  };
}

function keepOutput(child: ChildProcess): () => string {
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => (kept = (kept + String(chunk)).slice(-OUTPUT_MAX_CHARACTERS)));
  }
  return () => kept;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The ready file is written whole or not at all, so what is there can be parsed. */
function readReadyFile(file: string): ReadyFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ReadyFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The ready file says that the doors are open; whether all behind them is ready, the operations port knows. */
async function saysReady(ops: string): Promise<true | undefined> {
  const { ok } = await fetch(`${ops}/readyz`);
  return ok ? true : undefined;
}

function makeKey(file: string, type: 'p256' | 'ed25519'): KeyFile {
  const { privateKey, publicKey } =
    type === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return { file, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}
