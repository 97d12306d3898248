import { Buffer } from 'node:buffer';
import type { Entry } from '../proto/gen/andamento/v1/sequencer.js';
import { utf8 } from '../tlog/bytes.js';
import { nobleHasher } from '../tlog/hash.js';
import { leafIndex, timestampMs } from '../tlog/scalars.js';
import {
  encodeTileLeafTrailer,
  encodeTimestampedEntry,
  indexHoleOffset,
  MERKLE_TREE_LEAF_PREFIX,
  TIMESTAMP_HOLE_OFFSET,
} from '../tlog/tile-leaf.js';

/** An entry of a static-ct log, holes and all. The sequencer does not look into the certificate: any bytes will do. */
export function certificateEntry(certificate: Uint8Array): Entry {
  const data = encodeTimestampedEntry({
    timestamp: timestampMs(0),
    index: leafIndex(0),
    signedEntry: { type: 'certificate', certificate },
  });
  return {
    leafPrefix: Buffer.from(MERKLE_TREE_LEAF_PREFIX),
    data: Buffer.from(data),
    trailer: Buffer.from(encodeTileLeafTrailer({ fingerprints: [nobleHasher.sha256(utf8('an issuer'))] })),
    timestampOffset: TIMESTAMP_HOLE_OFFSET,
    indexOffset: indexHoleOffset(data.length),
  };
}
