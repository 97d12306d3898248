import { concatBytes } from './bytes.js';
import { decodeAll } from './entry-bundle.js';
import { TlogError } from './error.js';
import { SHA256_SIZE_BYTES, sha256Of, type Sha256 } from './hash.js';
import { leafIndex, timestampMs, type LeafIndex, type TimestampMs } from './scalars.js';
import { decodeSctExtensions, encodeSctExtensions } from './sct-extensions.js';
import { createReader, u16, u24, u64, type TlsReader } from './tls.js';

/**
 * What a log says of one certificate.
 *
 *     struct {
 *       uint64 timestamp;
 *       LogEntryType entry_type;                  // x509_entry(0), precert_entry(1), two bytes
 *       select (entry_type) {
 *         case x509_entry: ASN.1Cert;             // opaque<1..2^24-1>
 *         case precert_entry: PreCert;            // opaque issuer_key_hash[32]; opaque tbs_certificate<1..2^24-1>
 *       } signed_entry;
 *       CtExtensions extensions;                  // opaque<0..2^16-1>
 *     } TimestampedEntry;
 *
 * Source: RFC 6962, 3.4; c2sp.org/static-ct-api for the leaf index, which is an extension.
 */
export interface TimestampedEntry {
  readonly timestamp: TimestampMs;
  readonly index: LeafIndex;
  readonly signedEntry: SignedEntry;
}

export type SignedEntry =
  | { readonly type: 'certificate'; readonly certificate: Uint8Array }
  | { readonly type: 'precertificate'; readonly issuerKeyHash: Sha256; readonly tbs: Uint8Array };

/**
 * One entry of a data tile.
 *
 *     struct {
 *       TimestampedEntry timestamped_entry;
 *       select (entry_type) {
 *         case x509_entry: Empty;
 *         case precert_entry: ASN.1Cert pre_certificate;
 *       };
 *       Fingerprint certificate_chain<0..2^16-1>; // opaque Fingerprint[32]
 *     } TileLeaf;
 *
 * All bytes are views of what was decoded. Source: c2sp.org/static-ct-api.
 */
export interface TileLeaf {
  readonly bytes: Uint8Array;
  /** What follows MERKLE_TREE_LEAF_PREFIX in the bytes whose hash is in the tree. */
  readonly timestampedEntryBytes: Uint8Array;
  readonly entry: TimestampedEntry;
  readonly preCertificate?: Uint8Array;
  readonly fingerprints: readonly Sha256[];
}

const ENTRY_TYPE_CERTIFICATE = 0;
const ENTRY_TYPE_PRECERTIFICATE = 1;

/** Version v1, leaf type timestamped_entry: MerkleTreeLeaf = this ‖ TimestampedEntry. Source: RFC 6962, 3.4. */
export const MERKLE_TREE_LEAF_PREFIX: Uint8Array = Uint8Array.of(0, 0);

/** Where the 8 bytes of the timestamp begin in a TimestampedEntry. */
export const TIMESTAMP_HOLE_OFFSET = 0;

/** The size of the leaf index in a TimestampedEntry, in bytes. Source: c2sp.org/static-ct-api, uint40. */
const INDEX_SIZE_BYTES = 5;

/** Where the 5 bytes of the leaf index begin in a TimestampedEntry of this length made by encodeTimestampedEntry(). */
export function indexHoleOffset(timestampedEntryLength: number): number {
  return timestampedEntryLength - INDEX_SIZE_BYTES;
}

/** The bytes of a TimestampedEntry, whose last five are the index. @throws TlogError out-of-range */
export function encodeTimestampedEntry(entry: TimestampedEntry): Uint8Array {
  return concatBytes(...timestampedEntryParts(entry));
}

/** The bytes whose hash is in the tree, and which an SCT signs. Source: RFC 6962, 3.2 and 3.4. @throws TlogError out-of-range */
export function encodeMerkleTreeLeaf(entry: TimestampedEntry): Uint8Array {
  return concatBytes(MERKLE_TREE_LEAF_PREFIX, ...timestampedEntryParts(entry));
}

function timestampedEntryParts({ timestamp, index, signedEntry }: TimestampedEntry): Uint8Array[] {
  const extensions = encodeSctExtensions(index);
  const signed =
    signedEntry.type === 'certificate'
      ? [u16(ENTRY_TYPE_CERTIFICATE), ...asn1Parts('certificate', signedEntry.certificate)]
      : [
          u16(ENTRY_TYPE_PRECERTIFICATE),
          sha256Of(signedEntry.issuerKeyHash),
          ...asn1Parts('TBSCertificate', signedEntry.tbs),
        ];
  return [u64(timestamp), ...signed, u16(extensions.length), extensions];
}

/** What follows the TimestampedEntry in a TileLeaf; `preCertificate` belongs to precertificates only. @throws TlogError out-of-range */
export function encodeTileLeafTrailer(trailer: {
  readonly preCertificate?: Uint8Array;
  readonly fingerprints: readonly Uint8Array[];
}): Uint8Array {
  const { preCertificate, fingerprints } = trailer;
  const submitted = preCertificate === undefined ? [] : asn1Parts('precertificate', preCertificate);
  return concatBytes(...submitted, u16(fingerprints.length * SHA256_SIZE_BYTES), ...fingerprints.map(sha256Of));
}

/** The TimestampedEntry that these bytes are. @throws TlogError malformed, out-of-range */
export function decodeTimestampedEntry(bytes: Uint8Array): TimestampedEntry {
  const reader = createReader(bytes);
  const entry = readTimestampedEntry(reader);
  reader.end('TimestampedEntry');
  return entry;
}

/** The TileLeaf that these bytes are, or that comes next in a reader. @throws TlogError malformed, out-of-range */
export function decodeTileLeaf(input: Uint8Array | TlsReader): TileLeaf {
  if (!(input instanceof Uint8Array)) return readTileLeaf(input);
  const reader = createReader(input);
  const leaf = readTileLeaf(reader);
  reader.end('TileLeaf');
  return leaf;
}

/** The 1 to 256 entries of a data tile. @throws TlogError malformed, out-of-range. Source: c2sp.org/static-ct-api */
export function decodeDataTile(bytes: Uint8Array): TileLeaf[] {
  return decodeAll(bytes, 'data tile', readTileLeaf);
}

function readTileLeaf(reader: TlsReader): TileLeaf {
  const begin = reader.offset;
  const entry = readTimestampedEntry(reader);
  const timestampedEntryBytes = reader.since(begin);
  const submitted =
    entry.signedEntry.type === 'precertificate' ? { preCertificate: readAsn1(reader, 'precertificate') } : {};
  const fingerprints = readFingerprints(reader);
  return { bytes: reader.since(begin), timestampedEntryBytes, entry, ...submitted, fingerprints };
}

function readTimestampedEntry(reader: TlsReader): TimestampedEntry {
  const timestamp = timestampMs(reader.u64());
  const signedEntry = readSignedEntry(reader);
  const index = decodeSctExtensions(reader.vector(2));
  return { timestamp, index: leafIndex(index), signedEntry };
}

function readSignedEntry(reader: TlsReader): SignedEntry {
  const offset = reader.offset;
  const type = reader.u16();
  if (type === ENTRY_TYPE_CERTIFICATE) {
    return { type: 'certificate', certificate: readAsn1(reader, 'certificate') };
  }
  if (type === ENTRY_TYPE_PRECERTIFICATE) {
    const issuerKeyHash = sha256Of(reader.bytes(SHA256_SIZE_BYTES));
    return { type: 'precertificate', issuerKeyHash, tbs: readAsn1(reader, 'TBSCertificate') };
  }
  throw new TlogError({ code: 'malformed', what: 'entry type', got: String(type), want: '0 or 1', offset });
}

function readFingerprints(reader: TlsReader): Sha256[] {
  const offset = reader.offset;
  const chain = createReader(reader.vector(2));
  if (chain.remaining % SHA256_SIZE_BYTES !== 0) {
    const got = `${chain.remaining} bytes`;
    throw new TlogError({ code: 'malformed', what: 'certificate chain', got, want: 'a multiple of 32', offset });
  }
  return Array.from({ length: chain.remaining / SHA256_SIZE_BYTES }, () => sha256Of(chain.bytes(SHA256_SIZE_BYTES)));
}

function readAsn1(reader: TlsReader, what: string): Uint8Array {
  const offset = reader.offset;
  const bytes = reader.vector(3);
  if (bytes.length > 0) return bytes;
  throw new TlogError({ code: 'malformed', what, got: '0 bytes', want: 'at least 1', offset });
}

function asn1Parts(what: string, bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > 0) return [u24(bytes.length), bytes];
  throw new TlogError({ code: 'out-of-range', what, got: '0 bytes', want: 'at least 1' });
}
