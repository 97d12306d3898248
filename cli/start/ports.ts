import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { CommandError } from '../terminal/command-error.js';
import type { StartFlags } from './flags.js';

/** Everything listens here. */
export const LOOPBACK = '127.0.0.1';

/** The ports that the services are told to listen at; 0 means any free one, and is never the personality's. */
export interface Ports {
  readonly sequencer: number;
  readonly read: number;
  readonly personality: number;
  readonly sequencerOps: number;
  readonly personalityOps: number;
}

/**
 * Chooses the ports, and checks that they are free.
 *
 * The personality's must be known before it starts, because its log is told its own URL. Where any port will do, it is
 * the `preferred` one, if that is free: the one in the origin of the log.
 *
 * @throws CommandError naming every flag whose port is taken or given twice.
 */
export async function choosePorts(flags: StartFlags, preferred: number | undefined): Promise<Ports> {
  const wanted: readonly (readonly [string, number])[] = [
    ['--sequencer-port', flags.sequencerPort],
    ['--read-port', flags.readPort],
    ['--personality-port', flags.personalityPort],
    ['--ops-port', flags.opsPort],
    ["--ops-port, the personality's", personalityOpsPort(flags)],
  ];
  const problems: string[] = [];
  const seen = new Map<number, string>();
  for (const [flag, port] of wanted.filter(([, number]) => number !== 0)) {
    const other = seen.get(port);
    seen.set(port, flag);
    if (other !== undefined) problems.push(`${port} is given twice (${other}; ${flag})`);
    else if (!(await isFree(port))) problems.push(`${port} (${flag}) is taken`);
  }
  if (problems.length > 0) throw new CommandError(`Ports cannot be used: ${problems.join(', ')}.`);
  return {
    sequencer: flags.sequencerPort,
    read: flags.readPort,
    personality: flags.personalityPort === 0 ? await anyPort(preferred) : flags.personalityPort,
    sequencerOps: flags.opsPort,
    personalityOps: personalityOpsPort(flags),
  };
}

function personalityOpsPort({ opsPort }: StartFlags): number {
  return opsPort === 0 ? 0 : opsPort + 1;
}

async function anyPort(preferred: number | undefined): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  return listenBriefly(0);
}

/** Whether one could listen at a port just now. Who comes first, wins; the services say so when they lose. */
export async function isFree(port: number): Promise<boolean> {
  try {
    await listenBriefly(port);
    return true;
  } catch {
    return false;
  }
}

async function listenBriefly(port: number): Promise<number> {
  const server = createServer().listen(port, LOOPBACK);
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return chosen;
}
