import type { PublishedCheckpoint } from '../ports/sequencer.js';

/** The moments at which one replica renews, as places in [0, 1] of the time over which replicas spread. */
export interface RenewalDraws {
  /** When this replica renews this checkpoint: always the same for the same one. */
  of(checkpoint: PublishedCheckpoint): number;
  /** Takes note of a checkpoint that this replica had written. */
  wrote(checkpoint: PublishedCheckpoint): void;
}

/**
 * The first quarter of the spread is for the replica that wrote the newest checkpoint, the second half for the others. So
 * who renewed last goes on doing it, the others see that early enough to keep still (at a refresh age of 5 s the gap is
 * 125 ms, and a renewal takes some 20 ms), and they come in when it does not happen.
 */
const OWN_SHARE = 1 / 4;
const OTHERS_BEGIN = 1 / 2;

/** Creates the draws of one replica. @param dice a number in [0, 1), another one each time. */
export function createRenewalDraws(dice: () => number): RenewalDraws {
  let drawn: { timestamp: number; value: number } | undefined;
  let own: number | undefined;
  return {
    of({ timestamp }) {
      if (drawn?.timestamp !== timestamp) drawn = { timestamp, value: dice() };
      const { value } = drawn;
      return timestamp === own ? value * OWN_SHARE : OTHERS_BEGIN + value * (1 - OTHERS_BEGIN);
    },
    wrote({ timestamp }) {
      own = timestamp;
    },
  };
}
