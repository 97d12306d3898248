import { generateKeyPairSync, sign } from 'node:crypto';
import { type LogIdentity } from '../../cli/public-log/log-identity.js';
import { keyFromSpki } from '../../cli/public-log/log-key.js';
import type { PublicObjects } from '../../cli/public-log/public-objects.js';
import type { LayoutName } from '../../sequencer/core/layout.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { concatBytes, toHex, utf8 } from '../../tlog/bytes.js';
import { formatCheckpoint } from '../../tlog/checkpoint.js';
import { ed25519Signer } from '../../tlog/ed25519.js';
import { appendLeaves, edgeRoot, EMPTY_EDGE } from '../../tlog/edge.js';
import { encodeBundleEntry } from '../../tlog/entry-bundle.js';
import { sha256Of } from '../../tlog/hash.js';
import { encodeRfc6962NoteSignature, treeHeadBytes } from '../../tlog/rfc6962.js';
import { leafIndex, timestampMs, treeSize, type TimestampMs } from '../../tlog/scalars.js';
import { formatNote } from '../../tlog/signed-note.js';
import { encodeTileLeafTrailer, encodeTimestampedEntry, MERKLE_TREE_LEAF_PREFIX } from '../../tlog/tile-leaf.js';
import { bundlePath, TILE_WIDTH, tilePath } from '../../tlog/tile.js';

/** A log that never went through a sequencer: its public objects, by path, for tests to damage. */
export interface GeneratedLog {
  readonly files: Map<string, Uint8Array>;
  readonly identity: LogIdentity;
  readonly objects: PublicObjects;
  /** When its checkpoint was signed, in ms; entries are older. */
  readonly timestamp: TimestampMs;
  /** Replaces the checkpoint by one that says something else, properly signed. */
  sign(checkpoint: { readonly size: number; readonly root: Uint8Array; readonly timestamp?: number }): void;
}

/** What an entry says; whatever is left out is as it should be. */
interface EntryFacts {
  readonly timestamp?: number;
  readonly index?: number;
  readonly fingerprints?: readonly Uint8Array[];
}

const ORIGIN = 'log.example/2026';
const FIRST_TIMESTAMP_MS = 1_760_000_000_000;
const ISSUERS = [utf8('one certificate'), utf8('another certificate')];

/** A log of `size` entries. @param entry says what is not as it should be of the entry at an index. */
export function generateLog(
  layout: LayoutName,
  size: number,
  entry: (index: number) => EntryFacts = () => ({}),
): GeneratedLog {
  const files = new Map<string, Uint8Array>();
  const entries = Array.from({ length: size }, (_, i) => encodeEntry(layout, i, entry(i)));
  const { edge, tiles } = appendLeaves(
    nativeHasher,
    EMPTY_EDGE,
    entries.map(({ leafHash }) => leafHash),
  );
  for (const { id, hashes } of tiles) files.set(tilePath(id), hashes.slice());
  for (let begin = 0; begin < size; begin += TILE_WIDTH) {
    const bundled = entries.slice(begin, begin + TILE_WIDTH);
    const path = bundlePath(layout === 'static-ct' ? 'data' : 'entries', begin / TILE_WIDTH, bundled.length);
    files.set(path, concatBytes(...bundled.map(({ bytes }) => bytes)));
  }
  if (layout === 'static-ct') for (const issuer of ISSUERS) files.set(issuerPath(issuer), issuer);
  const timestamp = timestampMs(FIRST_TIMESTAMP_MS + size);
  const { identity, signNote } = generateKey(layout);
  const log: GeneratedLog = {
    files,
    identity,
    objects: { where: 'memory', read: (path) => Promise.resolve(files.get(path)) },
    timestamp,
    sign: (checkpoint) => files.set('checkpoint', signNote({ timestamp, ...checkpoint })),
  };
  log.sign({ size, root: edgeRoot(nativeHasher, edge) });
  return log;
}

function issuerPath(issuer: Uint8Array): string {
  return `issuer/${toHex(nativeHasher.sha256(issuer))}`;
}

function encodeEntry(layout: LayoutName, i: number, facts: EntryFacts): { bytes: Uint8Array; leafHash: Uint8Array } {
  if (layout === 'tlog-tiles') {
    const data = utf8(`entry ${i}`);
    return { bytes: encodeBundleEntry(data), leafHash: nativeHasher.leaf(data) };
  }
  const { timestamp = FIRST_TIMESTAMP_MS + i, index = i, fingerprints } = facts;
  const data = encodeTimestampedEntry({
    timestamp: timestampMs(timestamp),
    index: leafIndex(index),
    signedEntry: { type: 'certificate', certificate: utf8(`certificate ${i}`) },
  });
  const named = fingerprints ?? ISSUERS.map((issuer) => nativeHasher.sha256(issuer));
  const bytes = concatBytes(data, encodeTileLeafTrailer({ fingerprints: named }));
  return { bytes, leafHash: nativeHasher.leaf(MERKLE_TREE_LEAF_PREFIX, data) };
}

interface TreeHeadFacts {
  readonly size: number;
  readonly root: Uint8Array;
  readonly timestamp: number;
}

function generateKey(layout: LayoutName): { identity: LogIdentity; signNote: (head: TreeHeadFacts) => Uint8Array } {
  return layout === 'static-ct' ? generateP256(layout) : generateEd25519(layout);
}

function generateP256(layout: LayoutName): ReturnType<typeof generateKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = keyFromSpki(publicKey.export({ type: 'spki', format: 'der' }), ORIGIN);
  const { name, keyId } = key.verifier;
  return {
    identity: { origin: ORIGIN, layout, keys: [key] },
    signNote(head) {
      const checked = checkedHead(head);
      const derSignature = sign('sha256', treeHeadBytes(checked), privateKey);
      const signature = encodeRfc6962NoteSignature({ timestamp: checked.timestamp, derSignature });
      return formatNote(formatCheckpoint({ ...checked, origin: ORIGIN, extensions: [] }), [{ name, keyId, signature }]);
    },
  };
}

function generateEd25519(layout: LayoutName): ReturnType<typeof generateKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = keyFromSpki(publicKey.export({ type: 'spki', format: 'der' }), ORIGIN);
  const secretKey = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const signer = ed25519Signer({ name: ORIGIN, secretKey });
  return {
    identity: { origin: ORIGIN, layout, keys: [key] },
    signNote(head) {
      const text = formatCheckpoint({ ...checkedHead(head), origin: ORIGIN, extensions: [] });
      const { name, keyId } = signer;
      return formatNote(text, [{ name, keyId, signature: signer.sign(utf8(text)) }]);
    },
  };
}

function checkedHead({ size, root, timestamp }: TreeHeadFacts): Parameters<typeof treeHeadBytes>[0] {
  return { size: treeSize(size), root: sha256Of(root), timestamp: timestampMs(timestamp) };
}
