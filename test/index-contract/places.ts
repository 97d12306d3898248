import type { Placed } from '../../sequencer/core/batch-plan.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { utf8 } from '../../tlog/bytes.js';
import { leafIndex, timestampMs } from '../../tlog/scalars.js';

/** What stands at an index of a log made for tests: every entry differs from the others. */
export function placedAt(index: number): Placed {
  return {
    identity: nativeHasher.sha256(utf8(`entry ${index}`)),
    index: leafIndex(index),
    timestamp: timestampMs(1_000_000 + index),
  };
}

/** The entries [begin, end) of that log. */
export function placedFrom(begin: number, end: number): Placed[] {
  return Array.from({ length: end - begin }, (_, i) => placedAt(begin + i));
}
