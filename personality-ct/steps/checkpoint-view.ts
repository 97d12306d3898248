import { equalBytes } from '../../tlog/bytes.js';
import type { Clock } from '../../service/clock.js';
import type { PublishedCheckpoint } from '../ports/sequencer.js';

/**
 * How a checkpoint came to be known: `pushed` in the moment of its publication, or `looked-up` some time after it.
 */
export type Sighting = 'pushed' | 'looked-up';

/** The newest checkpoint of a log, as far as this process knows. */
export interface CheckpointView {
  newest(): PublishedCheckpoint | undefined;
  /**
   * How long ago the newest checkpoint was published, in ms; undefined while none is known. It is measured with a clock
   * that does not jump, and does not depend on how well the clocks of two machines agree, except for a checkpoint that was
   * looked up.
   */
  readonly ageMs: () => number | undefined;
  /** Which two checkpoints contradict each other, once that has been seen. It does not go away. */
  contradiction(): string | undefined;
  /** Takes note of a checkpoint; older ones than the newest change nothing. */
  observe(checkpoint: PublishedCheckpoint, sighting: Sighting): void;
  /** Calls `listener` after each change. @returns a function that ends this. */
  onChange(listener: () => void): () => void;
}

interface Newest {
  readonly checkpoint: PublishedCheckpoint;
  /** When it was published, on the monotonic clock: known if it was pushed, estimated if it was looked up. */
  readonly bornMs: number;
  /** When it was last seen to be the newest one, on the monotonic clock. */
  seenMs: number;
}

/** Creates the view of one log, in which nothing has been seen. */
export function createCheckpointView(clock: Clock): CheckpointView {
  let newest: Newest | undefined;
  let contradiction: string | undefined;
  const listeners = new Set<() => void>();

  function changed(): void {
    for (const listener of [...listeners]) listener();
  }

  /**
   * A checkpoint that was looked up is as old as the wall clock says, but was not there when the one before it was last
   * seen to be the newest. This keeps the error small when the clocks of two machines disagree.
   */
  function birthOf(checkpoint: PublishedCheckpoint, sighting: Sighting): number {
    const nowMs = clock.monotonicMs();
    if (sighting === 'pushed') return nowMs;
    return Math.max(nowMs - Math.max(clock.now() - checkpoint.timestamp, 0), newest?.seenMs ?? -Infinity);
  }

  function observe(checkpoint: PublishedCheckpoint, sighting: Sighting): void {
    const known = newest?.checkpoint;
    const problem = known && contradictionBetween(known, checkpoint);
    if (problem !== undefined && contradiction === undefined) {
      contradiction = problem;
      changed();
    }
    if (newest === undefined || checkpoint.timestamp > newest.checkpoint.timestamp) {
      newest = { checkpoint, bornMs: birthOf(checkpoint, sighting), seenMs: clock.monotonicMs() };
      changed();
    } else if (checkpoint.timestamp === newest.checkpoint.timestamp) {
      newest.seenMs = clock.monotonicMs();
    }
  }

  return {
    newest: () => newest?.checkpoint,
    ageMs: () => newest && clock.monotonicMs() - newest.bornMs,
    contradiction: () => contradiction,
    observe,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Says why two checkpoints cannot be of the same append-only log: the later one is smaller, or they have the same size or
 * the same time and are not the same.
 */
function contradictionBetween(a: PublishedCheckpoint, b: PublishedCheckpoint): string | undefined {
  const [earlier, later] = a.timestamp <= b.timestamp ? [a, b] : [b, a];
  const sameTree = earlier.size === later.size && equalBytes(earlier.root, later.root);
  if (sameTree) return undefined;
  const seen = `size ${earlier.size} at ${earlier.timestamp} and size ${later.size} at ${later.timestamp}`;
  if (earlier.timestamp === later.timestamp) return `two checkpoints of one time differ: ${seen}`;
  if (earlier.size === later.size) return `two checkpoints of one size have different roots: ${seen}`;
  return earlier.size > later.size ? `a later checkpoint is smaller, the log was rolled back: ${seen}` : undefined;
}
