import assert from 'node:assert/strict';
import type { StampedEntry } from '../../sequencer/core/entry.js';
import { stampEntry } from '../../sequencer/core/entry.js';
import { CHECKPOINT_OBJECT } from '../../sequencer/core/object-names.js';
import type { LogDeps } from '../../sequencer/ports/log-deps.js';
import { readCheckpoint, type ReadCheckpoint } from '../../sequencer/steps/checkpoint.js';
import { concatBytes, equalBytes, fromUtf8 } from '../../tlog/bytes.js';
import { appendLeaves, edgeRoot, EMPTY_EDGE } from '../../tlog/edge.js';
import { decodeTimestampedEntry } from '../../tlog/tile-leaf.js';
import { bundlePath, parsePublicPath, TILE_WIDTH, tileIn } from '../../tlog/tile.js';
import { testEntry } from '../log-deps.js';
import { tileSource } from '../trees.js';
import type { Promises } from './promises.js';
import type { Witness } from './witness.js';

/**
 * Holds a log that has come to rest against all that it has promised and all that was seen of it: each acknowledged entry
 * is at its index with its timestamp, no text is there twice, every checkpoint ever signed is one of this tree, and every
 * public object ever written is a part of it and has its bytes.
 */
export async function audit(deps: LogDeps, witness: Witness, promises: Promises): Promise<void> {
  const entries = await readEntries(deps, promises);
  const checkpoints = [...witness.signed, ...witness.published].map((note) => readCheckpoint(deps, note));
  checkRoots(deps, entries, checkpoints);
  checkOrder(witness.published.map((note) => readCheckpoint(deps, note)));
  await witness.checkUnchanged();
  checkObjects(deps, entries, await contents(deps, witness.immutable));
  for (const name of promises.attachments) assert.ok(witness.immutable.has(name), `${name} is there`);
}

async function readEntries(deps: LogDeps, promises: Promises): Promise<StampedEntry[]> {
  const { size } = readCheckpoint(deps, await read(deps, CHECKPOINT_OBJECT));
  const entries: StampedEntry[] = [];
  const texts = new Set<string>();
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const { width } = tileIn(size, 0, index);
    for (const { data } of deps.layout.decode(await read(deps, bundlePath(deps.layout.bundle, index, width)))) {
      const text = textOf(deps, data);
      assert.ok(promises.sent.has(text), `'${text}' was sent`);
      assert.ok(!texts.has(text), `'${text}' is in the log once`);
      texts.add(text);
      entries.push(expected(deps, { text, data, index: entries.length }, promises));
    }
  }
  assert.equal(entries.length, size);
  for (const [text, place] of promises.places) {
    assert.ok(place.index < size && texts.has(text), `'${text}' is in the log`);
    assert.equal(entries[place.index]?.timestamp, place.timestamp);
  }
  return entries;
}

/** The entry as it must be, made anew of its text; `data` is what the log holds. */
function expected(
  { hasher, identity, layout }: LogDeps,
  found: { readonly text: string; readonly data: Uint8Array; readonly index: number },
  promises: Promises,
): StampedEntry {
  const { entry } = testEntry(identity.layout, found.text);
  const promised = promises.places.get(found.text);
  if (promised !== undefined) assert.equal(promised.index, found.index, `the index of '${found.text}'`);
  const timestamp = promised?.timestamp ?? new DataView(found.data.slice().buffer).getBigUint64(0);
  const stamp = { index: found.index, timestamp: Number(timestamp) } as Pick<StampedEntry, 'index' | 'timestamp'>;
  const stamped = stampEntry(hasher, entry, stamp);
  assert.ok(equalBytes(stamped.data, found.data), `'${found.text}' is as it was sent, and stamped (${layout.name})`);
  return stamped;
}

function checkRoots(deps: LogDeps, entries: readonly StampedEntry[], checkpoints: readonly ReadCheckpoint[]): void {
  let edge = EMPTY_EDGE;
  for (const { size, root } of checkpoints.toSorted((a, b) => a.size - b.size)) {
    const added = entries.slice(edge.size, size).map(({ leafHash }) => leafHash);
    ({ edge } = appendLeaves(deps.hasher, edge, added));
    assert.ok(equalBytes(edgeRoot(deps.hasher, edge), root), `the checkpoint of size ${size} is one of this tree`);
  }
}

function checkOrder(published: readonly ReadCheckpoint[]): void {
  published.forEach((checkpoint, i) => {
    const before = published[i - 1];
    if (before === undefined) return;
    assert.ok(before.size <= checkpoint.size, `size ${checkpoint.size} was published after ${before.size}`);
    if (before.timestamp === undefined || checkpoint.timestamp === undefined) return;
    assert.ok(before.timestamp < checkpoint.timestamp, `${checkpoint.timestamp} ms came after ${before.timestamp} ms`);
  });
}

/** Every tile and bundle, of whatever width, is the beginning of one of the whole tree. */
function checkObjects(
  { layout }: LogDeps,
  entries: readonly StampedEntry[],
  objects: ReadonlyMap<string, Uint8Array>,
): void {
  const tile = tileSource(entries.map(({ leafHash }) => leafHash));
  for (const [name, bytes] of objects) {
    const path = parsePublicPath(name);
    assert.ok(path !== undefined, `${name} is the name of a public object`);
    if (path.kind === 'tile') assert.ok(equalBytes(tile(path.tile), bytes), name);
    if (path.kind !== 'bundle') continue;
    const begin = path.index * TILE_WIDTH;
    const encoded = entries.slice(begin, begin + path.width).map((entry) => layout.encode(entry));
    assert.ok(equalBytes(concatBytes(...encoded), bytes), name);
  }
}

async function contents(deps: LogDeps, names: Iterable<string>): Promise<Map<string, Uint8Array>> {
  const objects = new Map<string, Uint8Array>();
  for (const name of names) objects.set(name, await read(deps, name));
  return objects;
}

async function read({ store }: LogDeps, name: string): Promise<Uint8Array> {
  const stored = await store.public.read(name);
  assert.ok(stored !== undefined, `${name} is there`);
  return stored.bytes;
}

/** Texts begin with a letter, and a timestamp with a zero: so an entry with holes can be told from one without. */
function textOf({ identity }: LogDeps, data: Uint8Array): string {
  if (identity.layout === 'tlog-tiles') return fromUtf8(data[0] === 0 ? data.slice(8, -5) : data);
  const { signedEntry } = decodeTimestampedEntry(data);
  assert.equal(signedEntry.type, 'certificate');
  return fromUtf8(signedEntry.certificate);
}
