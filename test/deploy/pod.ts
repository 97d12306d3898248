import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Image } from './image.js';
import type { Container, Deployment, Probe } from './manifests.js';
import { isServing } from './grpc-health.js';
import type { Mount, Sandbox } from './sandbox.js';

/** The one container of a pod, as a process of this machine. */
export interface Pod {
  /** The host and port at which a port of the container is found. @param port its name or number. */
  address(port: string | number): string;
  /** Asks a probe of the manifest, as a kubelet does. Rejects when the process has ended. */
  passes(probe: 'startupProbe' | 'livenessProbe' | 'readinessProbe'): Promise<boolean>;
  /** Everything that the process has written on stdout and stderr. */
  output(): string;
  /** Sends the signal with which a kubelet ends a container. @returns the exit code, when the process has ended. */
  stop(): Promise<number | null>;
  /** Ends the process at once, if it still runs. */
  kill(): Promise<void>;
}

interface PodOptions {
  readonly image: Image;
  readonly mounts: readonly Mount[];
  readonly sandbox: Sandbox;
  /** A folder of its own. */
  readonly scratch: string;
  /** The port of this machine for each port of the container. */
  readonly ports: ReadonlyMap<number, number>;
}

/** How long a probe may take, in milliseconds. */
const PROBE_TIMEOUT_MS = 3_000;

/** Starts exactly the command, arguments and environment of a Deployment's container. */
export function startPod(deployment: Deployment, options: PodOptions): Pod {
  const { image, mounts, sandbox, scratch, ports } = options;
  const { containers, securityContext } = deployment.spec.template.spec;
  const [container] = containers;
  const user = securityContext.runAsUser;
  const command = [...container.command, ...container.args.map((word) => sandbox.rewrite(word, mounts))];
  const { file, args, cwd, path } = sandbox.commandLine(command, { image, mounts, user, scratch });
  const env = { PATH: path, ...image.settings.environment, ...environmentOf(container) };
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'close') as Promise<[number | null]>;
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const signal = async (name: NodeJS.Signals): Promise<number | null> => {
    if (!hasEnded()) child.kill(name);
    return (await ended)[0];
  };
  const address = (port: string | number): string => `127.0.0.1:${ports.get(numberOf(container, port))}`;
  return {
    address,
    output: () => output,
    stop: () => signal('SIGTERM'),
    kill: () => signal('SIGKILL').then(() => undefined),
    passes(probe) {
      if (hasEnded()) throw new Error(`${container.name} has ended:\n${output}`);
      return ask(container[probe], address);
    },
  };
}

function environmentOf({ env = [] }: Container): Record<string, string> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}

function numberOf({ name, ports }: Container, wanted: string | number): number {
  const found = ports.find((port) => port.name === wanted || port.containerPort === wanted);
  if (found === undefined) throw new Error(`container ${name}: got no port ${wanted}, want one`);
  return found.containerPort;
}

async function ask(probe: Probe, address: (port: string | number) => string): Promise<boolean> {
  if ('grpc' in probe) return isServing(address(probe.grpc.port), PROBE_TIMEOUT_MS);
  const { path, port } = probe.httpGet;
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const response = await fetch(`http://${address(port)}${path}`, { signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Nobody listens yet, or nobody answers: to a kubelet that is the same.
    return false;
  }
}
