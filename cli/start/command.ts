import type { Clock } from '../../service/clock.js';
import { removeRunFile, writeRunFile, type RunFile } from '../data-directory/run-file.js';
import { CommandError } from '../terminal/command-error.js';
import { parseCommandLine } from '../terminal/command-line.js';
import type { Streams } from '../terminal/progress.js';
import { announcement } from './announcement.js';
import { startCommandLine, type StartFlags } from './flags.js';
import { listenForInterrupts, type Interrupts } from './interrupts.js';
import type { Ending, ServiceProcess } from './service-process.js';
import { drainService, startServices } from './services.js';
import { prepareSetup, type ReadySetup } from './setup.js';

const EXIT_STOPPED = 0;
const EXIT_FAILED = 1;
/** What a shell says of a process that Ctrl-C ended: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/** What the command takes from its process. */
export interface StartContext {
  readonly argv: readonly string[];
  /** What relative paths in flags start from. */
  readonly cwd: string;
  readonly streams: Streams;
  readonly clock: Clock;
}

/** Starts both services, and runs until a signal ends them. @returns the exit code. */
export async function runStart(context: StartContext): Promise<number> {
  const parsed = parseCommandLine<StartFlags>(startCommandLine(), context.argv, EXIT_FAILED);
  if (parsed.kind === 'exit') return parsed.code;
  const interrupts = listenForInterrupts(context.clock);
  try {
    const now = new Date(context.clock.now());
    return await serve(await prepareSetup(parsed.options, { cwd: context.cwd, now }), { ...context, interrupts });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.streams.stderr.write(`${error.message}\n`);
    return EXIT_FAILED;
  } finally {
    interrupts.stop();
  }
}

interface Session extends StartContext {
  readonly interrupts: Interrupts;
}

/** Why there is an end: somebody wants it, or a service has ended by itself. */
type EndReason = 'interrupted' | 'died';

/** The services are drained whatever happens, the last one started first. */
async function serve(setup: ReadySetup, session: Session): Promise<number> {
  const services: ServiceProcess[] = [];
  let reason: EndReason = 'died';
  let isDrained = false;
  try {
    reason = await serveUntilEnd(setup, services, session);
  } finally {
    isDrained = await drainAll(services.toReversed(), session);
  }
  if (session.interrupts.second.aborted) return EXIT_INTERRUPTED;
  return reason === 'interrupted' && isDrained ? EXIT_STOPPED : EXIT_FAILED;
}

/** @param services where every process is put as soon as it is there. */
async function serveUntilEnd(setup: ReadySetup, services: ServiceProcess[], session: Session): Promise<EndReason> {
  const { clock, cwd, streams, interrupts } = session;
  let run: RunFile;
  try {
    run = await startServices(setup, {
      clock,
      signal: interrupts.first,
      tell: (line) => void streams.stderr.write(`${line}\n`),
      onStarted: (service) => void services.push(service),
    });
  } catch (error) {
    if (interrupts.first.aborted) return 'interrupted';
    throw error;
  }
  writeRunFile(setup.directory, run);
  try {
    streams.stdout.write(announcement(setup, run, cwd));
    return await untilEnd(services, session);
  } finally {
    removeRunFile(setup.directory);
  }
}

async function untilEnd(services: readonly ServiceProcess[], { streams, interrupts }: Session): Promise<EndReason> {
  const died = await Promise.race([
    untilAborted(interrupts.first),
    ...services.map(async (service) => {
      await service.ended;
      return service;
    }),
  ]);
  if (died === undefined) {
    streams.stdout.write('Stopping: what was accepted is being published.\n');
    return 'interrupted';
  }
  streams.stderr.write(`The ${died.name} has ended (${describeEnding(await died.ended)}): ${died.lastWords()}\n`);
  return 'died';
}

/** Drains one after the other. @returns whether all of them ended well. */
async function drainAll(
  services: readonly ServiceProcess[],
  { clock, streams, interrupts }: Session,
): Promise<boolean> {
  let isDrained = true;
  for (const service of services.filter((one) => !one.hasEnded())) {
    const ending = await drainService(service, { clock, hurry: interrupts.second });
    // SIGTERM itself ends only a service that has not come so far as to listen for it, and has nothing to drain.
    if (ending.code === 0 || ending.signal === 'SIGTERM') continue;
    isDrained = false;
    streams.stderr.write(`The ${service.name} did not drain (${describeEnding(ending)}).\n`);
  }
  return isDrained;
}

function describeEnding({ code, signal }: Ending): string {
  return signal ?? `exit code ${String(code)}`;
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve(undefined);
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });
}
