import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../service/duration.js';
import { integerArgument, repeatedArgument } from '../terminal/command-line.js';

/** What `npm start` can be told. Ports: 0 means any free one. */
export interface StartFlags {
  readonly dir?: string;
  /** PEM files with the roots that the log accepts; a test CA is made where there are none. */
  readonly roots?: readonly string[];
  /** The shard, [start, limit), in ms. */
  readonly notAfterStart?: number;
  readonly notAfterLimit?: number;
  readonly mmd: Duration;
  readonly refreshAge: Duration;
  readonly sequencerPort: number;
  readonly readPort: number;
  readonly personalityPort: number;
  /** The sequencer's; the personality's is one more. */
  readonly opsPort: number;
}

/** A duration, as it was written and in ms. */
export interface Duration {
  readonly text: string;
  readonly ms: number;
}

const PORT_MAX = 65_535;

/** The command line of `npm start`. */
export function startCommandLine(): Command {
  const port = integerArgument({ min: 0, max: PORT_MAX });
  return new Command('npm start --')
    .description(
      'Starts a sequencer and a CT personality on loopback.\n' +
        'Keys and data directory are made on first use. Ctrl-C publishes what was accepted, and stops.',
    )
    .allowExcessArguments(false)
    .option('--dir <dir>', 'the data directory (default: data in the project)')
    .option('--roots <file>', 'PEM file with accepted roots (repeatable; default: a test CA)', repeatedArgument)
    .option('--not-after-start <time>', 'the shard takes certificates that expire from then on', timeArgument)
    .option('--not-after-limit <time>', 'and before then (default: three calendar years from first use)', timeArgument)
    .option('--mmd <duration>', 'maximum merge delay', durationArgument, duration('60s'))
    .option('--refresh-age <duration>', 'age at which a checkpoint is renewed', durationArgument, duration('15s'))
    .option('--sequencer-port <port>', 'gRPC; 0 is any free port, here and below', port, 50_051)
    .option('--read-port <port>', 'the monitoring prefix', port, 8_080)
    .option('--personality-port <port>', 'the submission prefix', port, 6_962)
    .option(
      '--ops-port <port>',
      "operations of the sequencer; the personality's is one more",
      integerArgument({ min: 0, max: PORT_MAX - 1 }),
      9_464,
    );
}

const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/;

function timeArgument(text: string): number {
  const timeMs = TIME.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new InvalidArgumentError('It must be a day or a time in UTC, like 2026-01-01 or 2026-01-01T00:00:00Z.');
}

function durationArgument(text: string): Duration {
  const ms = parseDuration(text);
  if (ms !== undefined) return { text, ms };
  throw new InvalidArgumentError('It must be a whole number and a unit, like 200ms, 15s, 1m or 24h.');
}

/** A default, which commander shows in the help as it is written. */
function duration(text: string): Duration & { toJSON: () => string } {
  return { ...durationArgument(text), toJSON: () => text };
}
