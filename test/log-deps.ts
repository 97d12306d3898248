import { generateKeyPairSync } from 'node:crypto';
import type { IdentifiedEntry } from '../sequencer/core/batch-plan.js';
import { entryIdentity, type Entry } from '../sequencer/core/entry.js';
import { layoutOf, type LayoutName } from '../sequencer/core/layout.js';
import { createMemoryIndex } from '../sequencer/index/memory-index.js';
import type { CheckpointSigner } from '../sequencer/ports/checkpoint-signer.js';
import type { IdentityIndex } from '../sequencer/ports/identity-index.js';
import type { LogDeps } from '../sequencer/ports/log-deps.js';
import type { LogMetrics } from '../sequencer/ports/log-metrics.js';
import type { LogStore } from '../sequencer/ports/store.js';
import { createEd25519Signer } from '../sequencer/signers/ed25519-signer.js';
import { createRfc6962Signer } from '../sequencer/signers/rfc6962-signer.js';
import { createMemoryLogStore } from '../sequencer/storage/memory/memory-store.js';
import type { PrivateKey } from '../service/key-file.js';
import { createLogger } from '../service/logger.js';
import { nativeHasher } from '../service/native-hasher.js';
import { concatBytes, utf8 } from '../tlog/bytes.js';
import { indexHoleOffset, TIMESTAMP_HOLE_OFFSET } from '../tlog/tile-leaf.js';
import { certificateEntry } from './certificate-entry.js';
import { createManualClock, type ManualClock } from './clock.js';

/** The layouts, for suites that hold for each. */
export const LAYOUTS: readonly LayoutName[] = ['static-ct', 'tlog-tiles'];

/** What the steps of a log need, in memory, on a clock that stands still, and silent. */
export interface TestDeps extends LogDeps {
  readonly clock: ManualClock;
  readonly metrics: CountedMetrics;
}

/** How often each metric was told something. */
export interface CountedMetrics extends LogMetrics {
  readonly told: { committed: number; duplicates: number; published: number; failed: string[] };
}

/** What a test wants to decide itself. */
export interface TestDepsOptions {
  readonly layout?: LayoutName;
  readonly store?: LogStore;
  readonly index?: IdentityIndex;
  readonly clock?: ManualClock;
  readonly origin?: string;
  /** Which of a few key pairs of the right type the log has. */
  readonly key?: number;
}

const ORIGIN = 'log.example/test';

/** Everything that is not given is new. */
export function createTestDeps(options: TestDepsOptions = {}): TestDeps {
  const { layout = 'static-ct', origin = ORIGIN, key = 0 } = options;
  const signers = [signerOf(layout, origin, key)];
  return {
    identity: { name: 'test', origin, layout, publicKeys: signers.map(({ publicKey }) => publicKey) },
    layout: layoutOf(layout),
    store: options.store ?? createMemoryLogStore(),
    index: options.index ?? createMemoryIndex(),
    signers,
    hasher: nativeHasher,
    clock: options.clock ?? createManualClock(),
    randomBytes: countingBytes,
    log: createLogger({ service: 'test', level: 'silent' }),
    metrics: countMetrics(),
  };
}

const keys = new Map<string, PrivateKey>();

/** Key pairs are made once, so that a log that is opened again has its own. */
function signerOf(layout: LayoutName, origin: string, number: number): CheckpointSigner {
  const name = `${layout} ${number}`;
  const key = keys.get(name) ?? makeKey(layout);
  keys.set(name, key);
  return layout === 'static-ct' ? createRfc6962Signer(origin, key) : createEd25519Signer(origin, key);
}

function makeKey(layout: LayoutName): PrivateKey {
  const { privateKey, publicKey } =
    layout === 'static-ct' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { type: layout === 'static-ct' ? 'p256' : 'ed25519', privateKey, spki };
}

let drawn = 0;

/** No two draws are the same, and no run differs from another. */
function countingBytes(count: number): Uint8Array {
  drawn += 1;
  const bytes = new Uint8Array(count);
  new DataView(bytes.buffer).setUint32(0, drawn);
  return bytes;
}

function countMetrics(): CountedMetrics {
  const told: CountedMetrics['told'] = { committed: 0, duplicates: 0, published: 0, failed: [] };
  return {
    told,
    committed: () => (told.committed += 1),
    duplicates: (count) => (told.duplicates += count),
    published: () => (told.published += 1),
    failed: (what) => told.failed.push(what),
  };
}

/**
 * An entry of its own for each text. In a tlog-tiles log every text that ends in an odd digit has holes, the others have
 * none.
 */
export function testEntry(layout: LayoutName, text: string): IdentifiedEntry {
  const entry = layout === 'static-ct' ? staticCtEntry(text) : tilesEntry(text);
  return { entry, identity: entryIdentity(nativeHasher, entry) };
}

/** Entries with the texts `<text> 0`, `<text> 1`, … */
export function testEntries(layout: LayoutName, text: string, count: number): IdentifiedEntry[] {
  return Array.from({ length: count }, (_, i) => testEntry(layout, `${text} ${i}`));
}

function staticCtEntry(text: string): Entry {
  const { leafPrefix, data, trailer } = certificateEntry(utf8(text));
  const holes = { timestamp: TIMESTAMP_HOLE_OFFSET, index: indexHoleOffset(data.length) };
  return { leafPrefix, data, trailer, holes };
}

/** The holes stand before and after the text: 8 bytes for the timestamp, 5 for the index. */
function tilesEntry(text: string): Entry {
  const nothing = new Uint8Array(0);
  const bytes = utf8(text);
  if (!/[13579]$/.test(text)) return { leafPrefix: nothing, data: bytes, trailer: nothing, holes: {} };
  const data = concatBytes(new Uint8Array(8), bytes, new Uint8Array(5));
  return { leafPrefix: nothing, data, trailer: nothing, holes: { timestamp: 0, index: 8 + bytes.length } };
}
