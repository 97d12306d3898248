import { leafIndex, timestampMs } from '../../tlog/scalars.js';
import {
  encodeTileLeafTrailer,
  encodeTimestampedEntry,
  indexHoleOffset,
  MERKLE_TREE_LEAF_PREFIX,
  TIMESTAMP_HOLE_OFFSET,
  type SignedEntry,
} from '../../tlog/tile-leaf.js';
import type { Certificate } from './certificate.js';
import type { Issuer } from './issuer.js';
import { finalTbs } from './precertificate.js';

/** An entry as the sequencer takes it: `andamento.v1.Entry`, with both holes zero. */
export interface LogEntry {
  /** What MerkleTreeLeaf has before the TimestampedEntry. */
  readonly leafPrefix: Uint8Array;
  /** The TimestampedEntry. */
  readonly data: Uint8Array;
  /** What TileLeaf has after the TimestampedEntry. */
  readonly trailer: Uint8Array;
  /** Offsets in `data` of the 8 bytes of the timestamp and the 5 bytes of the index. */
  readonly timestampOffset: number;
  readonly indexOffset: number;
}

/** The greatest `data` or `trailer` of an entry, in bytes. Source: proto/andamento/v1/sequencer.proto, Entry. */
export const ENTRY_PART_SIZE_MAX_BYTES = 262_144;

const NO_TIMESTAMP = timestampMs(0);
const NO_INDEX = leafIndex(0);

/**
 * The entry of a certificate.
 * @param issuers from the certificate's issuer up to and including the root.
 */
export function certificateEntry(leaf: Certificate, issuers: readonly Issuer[]): LogEntry {
  const signedEntry: SignedEntry = { type: 'certificate', certificate: leaf.der };
  return entryOf(signedEntry, encodeTileLeafTrailer({ fingerprints: fingerprintsOf(issuers) }));
}

/**
 * The entry of a precertificate; undefined if the issuer of the final certificate is not among `issuers`.
 * @param issuers from the precertificate's issuer, which may be a precertificate signing certificate, to the root.
 */
export function precertificateEntry(leaf: Certificate, issuers: readonly Issuer[]): LogEntry | undefined {
  const preIssuer = issuers[0]?.isPrecertificateSigner === true ? issuers[0] : undefined;
  const finalIssuer = issuers[preIssuer === undefined ? 0 : 1];
  if (finalIssuer === undefined) return undefined;
  const tbs = finalTbs(leaf, preIssuer?.certificate);
  const trailer = encodeTileLeafTrailer({ preCertificate: leaf.der, fingerprints: fingerprintsOf(issuers) });
  return entryOf({ type: 'precertificate', issuerKeyHash: finalIssuer.keyHash, tbs }, trailer);
}

function entryOf(signedEntry: SignedEntry, trailer: Uint8Array): LogEntry {
  const data = encodeTimestampedEntry({ timestamp: NO_TIMESTAMP, index: NO_INDEX, signedEntry });
  return {
    leafPrefix: MERKLE_TREE_LEAF_PREFIX,
    data,
    trailer,
    timestampOffset: TIMESTAMP_HOLE_OFFSET,
    indexOffset: indexHoleOffset(data.length),
  };
}

function fingerprintsOf(issuers: readonly Issuer[]): readonly Uint8Array[] {
  return issuers.map(({ fingerprint }) => fingerprint);
}
