import type { LogEntry } from '../../personality-ct/core/entry.js';

/** An entry that is `n`, of this many bytes in all. */
export function entryOf(n: number, sizeBytes = 16): LogEntry {
  const data = Buffer.alloc(sizeBytes);
  data.writeUInt32BE(n, 8);
  return { leafPrefix: new Uint8Array(0), data, trailer: new Uint8Array(0), timestampOffset: 0, indexOffset: 12 };
}
