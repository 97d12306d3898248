import { createHash } from 'node:crypto';
import type { PublishedCheckpoint } from '../../personality-ct/ports/sequencer.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';

/** A checkpoint of this size and time, in the history of this name: trees of other names have other roots. */
export function checkpointOf(size: number, timestamp: number, history = 'true'): PublishedCheckpoint {
  const root = createHash('sha256').update(`${history} ${size}`).digest();
  return { size: treeSize(size), root, timestamp: timestampMs(timestamp) };
}
