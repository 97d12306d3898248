import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { tileMap } from '../test/trees.js';
import { readTestdata, testdataDir } from '../test/testdata.js';
import { concatBytes, toHex } from './bytes.js';
import { parseCheckpoint, type CheckpointText } from './checkpoint.js';
import { appendLeaves, EMPTY_EDGE, edgeFromTiles, edgeRoot } from './edge.js';
import { decodeEntryBundle, encodeBundleEntry } from './entry-bundle.js';
import { ed25519Verifier } from './ed25519.js';
import { EMPTY_ROOT, nobleHasher } from './hash.js';
import { parseVerifierKey } from './note-key.js';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proof.js';
import { leafIndex, treeSize } from './scalars.js';
import { parseNote, verifyNote } from './signed-note.js';
import { bundlePath, edgeTiles, tilePath, type TileId } from './tile.js';

/** The key of the log in testdata/tlog-tiles-log. Source: SOURCES.md there. */
const VERIFIER_KEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
const SIZE = 15;
const sizes = Array.from({ length: SIZE + 1 }, (_, n) => n);

function readLog(name: string): Uint8Array {
  return readTestdata(`tlog-tiles-log/${name}`);
}

function entriesAt(size: number): Uint8Array[] {
  return size === 0 ? [] : decodeEntryBundle(readLog(bundlePath('entries', 0, size)));
}

function verifiedCheckpoint(size: number): CheckpointText {
  const { name, key } = parseVerifierKey(VERIFIER_KEY);
  const note = parseNote(readLog(size === SIZE ? 'checkpoint' : `checkpoint.${size}`));
  verifyNote(note, [ed25519Verifier({ name, publicKey: key })]);
  return parseCheckpoint(note.text);
}

/** A tile of the log; the narrower ones too, of which all are there. */
function tile(id: TileId): Uint8Array {
  return readLog(tilePath(id));
}

describe('a published tlog-tiles log of 15 entries (skipped without ../shared/testdata)', () => {
  before(function () {
    if (testdataDir() === undefined) this.skip();
  });

  it('has a checkpoint of every size, all signed by its key', () => {
    for (const size of sizes) {
      const checkpoint = verifiedCheckpoint(size);
      assert.equal(checkpoint.origin, 'example.com/log/testdata');
      assert.equal(checkpoint.size, size);
    }
  });

  it('has the tiles and roots that its bundles make', () => {
    for (const size of sizes) {
      const leafHashes = entriesAt(size).map((entry) => nobleHasher.leaf(entry));
      const { edge, tiles } = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes);
      assert.deepEqual(edgeRoot(nobleHasher, edge), verifiedCheckpoint(size).root, `size ${size}`);
      for (const [name, hashes] of tileMap(tiles)) assert.equal(toHex(readLog(name)), toHex(hashes), name);
    }
  });

  it('has bundles that are encoded as ours', () => {
    for (const size of sizes.slice(1)) {
      const bundle = concatBytes(...entriesAt(size).map(encodeBundleEntry));
      assert.equal(toHex(readLog(bundlePath('entries', 0, size))), toHex(bundle));
    }
  });

  it('can be continued from the tiles of any size', () => {
    const leafHashes = entriesAt(SIZE).map((entry) => nobleHasher.leaf(entry));
    for (const size of sizes) {
      const tiles = new Map(edgeTiles(treeSize(size)).map((id) => [tilePath(id), tile(id)]));
      const edge = edgeFromTiles(treeSize(size), tiles);
      const continued = appendLeaves(nobleHasher, edge, leafHashes.slice(size));
      assert.deepEqual(edgeRoot(nobleHasher, continued.edge), verifiedCheckpoint(SIZE).root);
    }
  });

  it('proves that each checkpoint is consistent with every later one', () => {
    const checkpoints = sizes.map(verifiedCheckpoint);
    assert.deepEqual(checkpoints[0]?.root, EMPTY_ROOT);
    for (const { size: oldSize, root: oldRoot } of checkpoints.slice(1)) {
      for (const { size: newSize, root: newRoot } of checkpoints.slice(oldSize)) {
        const proof = consistencyProof(nobleHasher, { oldSize, newSize, tile });
        verifyConsistency(nobleHasher, { oldSize, newSize, oldRoot, newRoot, proof });
      }
    }
  });

  it('proves that every entry is in every tree', () => {
    for (const { size, root } of sizes.map(verifiedCheckpoint)) {
      entriesAt(size).forEach((entry, i) => {
        const proof = inclusionProof(nobleHasher, { index: leafIndex(i), size, tile });
        verifyInclusion(nobleHasher, { index: leafIndex(i), size, leafHash: nobleHasher.leaf(entry), root, proof });
      });
    }
  });

  it('has no bundle and no tile for no entries', () => {
    const directory = path.join(testdataDir() ?? '', 'tlog-tiles-log', 'tile');
    assert.equal(existsSync(path.join(directory, '0', '000.p', '0')), false);
    assert.deepEqual(edgeTiles(treeSize(0)), []);
  });
});
