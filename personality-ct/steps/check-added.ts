import { LEAF_INDEX_LIMIT, type TimestampMs } from '../../tlog/scalars.js';
import { answered, failed, type Added, type AddedEntry, type Answer, type WaitFor } from '../ports/sequencer.js';

/**
 * How far ahead of this machine's clock an entry's timestamp may be, in ms. An SCT from the future is of no use to a
 * browser, and the log could not honour it; clocks in one site that are kept by NTP differ by far less.
 */
export const TIMESTAMP_AHEAD_MAX_MS = 60_000;

/**
 * Checks what the sequencer answered before an SCT is made of it, since an SCT can never be taken back.
 *
 * One answer for each entry sent; an index that a tree can have; a timestamp that is there and not in the future; new
 * entries in the order in which they were sent; and, where publication was waited for, a checkpoint that covers them.
 *
 * @returns the entries, or the failure `contradiction` that says which of these does not hold.
 */
export function checkAdded(
  { entries, checkpoint }: Added,
  expected: { sent: number; waitFor: WaitFor; now: TimestampMs },
): Answer<readonly AddedEntry[]> {
  const { sent, waitFor, now } = expected;
  if (entries.length !== sent) return failed('contradiction', `${sent} entries were sent, ${entries.length} answered`);
  if (waitFor === 'published' && checkpoint === undefined) {
    return failed('contradiction', 'publication was waited for, but no checkpoint came back');
  }
  // Where publication was not waited for, a checkpoint that came along may be of any age.
  const covering = waitFor === 'published' ? checkpoint : undefined;
  const indexLimit = covering?.size ?? LEAF_INDEX_LIMIT;
  let newIndexMin = 0;
  for (const { index, timestamp, duplicate } of entries) {
    if (covering !== undefined && timestamp > covering.timestamp) {
      return failed('contradiction', `timestamp ${timestamp} is after that of its checkpoint, ${covering.timestamp}`);
    }
    if (index >= indexLimit) return failed('contradiction', `index ${index} is not below the tree size ${indexLimit}`);
    if (timestamp === 0) return failed('contradiction', `the entry at index ${index} came back without a timestamp`);
    if (timestamp > now + TIMESTAMP_AHEAD_MAX_MS) {
      return failed('contradiction', `timestamp ${timestamp} is ${timestamp - now} ms ahead of this machine's clock`);
    }
    if (!duplicate && index < newIndexMin) {
      return failed('contradiction', `new index ${index} is not above that of the entry before, ${newIndexMin - 1}`);
    }
    if (!duplicate) newIndexMin = index + 1;
  }
  return answered(entries);
}
