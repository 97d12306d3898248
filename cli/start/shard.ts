import { CommandError } from '../terminal/command-error.js';
import type { StartFlags } from './flags.js';

/** The certificates that a log takes: those whose notAfter is in [start, limit), in ms. */
export interface Shard {
  readonly startMs: number;
  readonly limitMs: number;
}

/** How many calendar years the shard spans unless told otherwise: certificates live for less than one. */
const SHARD_YEARS = 3;

/**
 * The shard from the flags; what they leave open begins with the year in which the data directory was made, so that it
 * does not move from one start to the next.
 *
 * @throws CommandError when it is empty.
 */
export function chooseShard({ notAfterStart, notAfterLimit }: StartFlags, createdMs: number): Shard {
  const year = new Date(createdMs).getUTCFullYear();
  const startMs = notAfterStart ?? Date.UTC(year, 0);
  const limitMs = notAfterLimit ?? Date.UTC(year + SHARD_YEARS, 0);
  if (startMs < limitMs) return { startMs, limitMs };
  const [start, limit] = [startMs, limitMs].map((timeMs) => new Date(timeMs).toISOString());
  throw new CommandError(`The shard is empty: it begins at ${start}, and ends at ${limit}.`);
}
