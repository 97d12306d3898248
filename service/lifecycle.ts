import { Command, CommanderError } from 'commander';
import { ConfigError } from './config-error.js';
import { removeReadyFile, writeReadyFile } from './ready-file.js';
import { StartupError } from './startup-error.js';

/** A service that serves. */
export interface RunningService {
  /** Where its doors are, by name: what the ready file says. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Stops accepting, finishes what is in flight, and closes every door. Called at most once. */
  drain(): Promise<void>;
}

/** What a service is started with. */
export interface ServiceContext {
  /** The configuration file. */
  readonly configFile: string;
  /** Aborted by the first signal: a start that takes long ends early. */
  readonly signal: AbortSignal;
}

/** A service and its command line. */
interface ServiceOptions {
  /** The name of the command. */
  readonly name: string;
  /** One sentence for `--help`. */
  readonly description: string;
  /** The arguments, without those of Node.js: `process.argv.slice(2)`. */
  readonly argv: readonly string[];
  /** Starts everything. @throws StartupError or ConfigError for what the person who starts it can mend. */
  readonly main: (context: ServiceContext) => Promise<RunningService>;
}

const EXIT_FAILURE = 1;
/** What a shell says of a process that Ctrl-C ended: 128 and the number of SIGINT. */
const EXIT_INTERRUPTED = 130;

/**
 * Runs a service until a signal ends it. The caller exits with the code that it returns, at once.
 *
 * The first SIGTERM or SIGINT drains, then 0 is returned; a second one returns 130 without waiting. What keeps a service
 * from starting is written on stderr, one line for each problem, and 1 is returned. With `--ready-file`, that file exists
 * exactly while everything serves (and after a kill -9 until the next start); it holds the process ID and the addresses.
 * A parent that gave the service an IPC channel need not live to stop it: when the channel closes, the service drains.
 *
 * @throws whatever `main` or `drain` throw that is neither a StartupError nor a ConfigError: a defect.
 */
export async function runService(options: ServiceOptions): Promise<number> {
  const parsed = parseCommandLine(options);
  if (typeof parsed === 'number') return parsed;
  const signals = listenForSignals();
  try {
    return await Promise.race([
      serve(options, { ...parsed, signals }),
      aborted(signals.second).then(() => EXIT_INTERRUPTED),
    ]);
  } catch (error) {
    const problems = problemsOf(error);
    if (problems === undefined) throw error;
    process.stderr.write(problems.map((problem) => `${options.name}: ${problem}\n`).join(''));
    return EXIT_FAILURE;
  } finally {
    signals.stop();
    if (parsed.readyFile !== undefined) removeReadyFile(parsed.readyFile);
  }
}

interface CommandLine {
  readonly configFile: string;
  readonly readyFile: string | undefined;
}

interface Signals {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
  stop(): void;
}

async function serve(options: ServiceOptions, run: CommandLine & { signals: Signals }): Promise<number> {
  const { configFile, readyFile, signals } = run;
  if (readyFile !== undefined) removeReadyFile(readyFile);
  const service = await startUnlessStopped(options, { configFile, signal: signals.first });
  if (service === undefined) return 0;
  if (readyFile !== undefined && !signals.first.aborted) await writeReadyFile(readyFile, service.addresses);
  await aborted(signals.first);
  if (readyFile !== undefined) removeReadyFile(readyFile);
  await service.drain();
  return 0;
}

/** Starts the service. @returns undefined when a signal ended the start. */
async function startUnlessStopped(
  { main }: ServiceOptions,
  context: ServiceContext,
): Promise<RunningService | undefined> {
  try {
    return await main(context);
  } catch (error) {
    if (context.signal.aborted && error === context.signal.reason) return undefined;
    throw error;
  }
}

function parseCommandLine({ name, description, argv }: ServiceOptions): CommandLine | number {
  const command = new Command(name)
    .description(description)
    .requiredOption('--config <file>', 'the configuration file (YAML)')
    .option('--ready-file <file>', 'written when everything serves, removed on the way out')
    .exitOverride();
  try {
    const { config, readyFile } = command.parse(argv, { from: 'user' }).opts<{ config: string; readyFile?: string }>();
    return { configFile: config, readyFile };
  } catch (error) {
    // Commander has already written what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
}

function listenForSignals(): Signals {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = (): void => {
    (first.signal.aborted ? second : first).abort();
  };
  const onParentGone = (): void => {
    first.abort();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('disconnect', onParentGone);
  return {
    first: first.signal,
    second: second.signal,
    stop: () => process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('disconnect', onParentGone),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

function problemsOf(error: unknown): readonly string[] | undefined {
  if (error instanceof ConfigError) return error.problems;
  return error instanceof StartupError ? [error.message] : undefined;
}
