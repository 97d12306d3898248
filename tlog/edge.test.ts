import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { MTH } from '../test/rfc6962-reference.js';
import { testLeafHashes, testLeaves, tileMap } from '../test/trees.js';
import { concatBytes } from './bytes.js';
import { appendLeaves, EMPTY_EDGE, edgeFromTiles, edgeRoot, type Edge } from './edge.js';
import { EMPTY_ROOT, nobleHasher, type Sha256 } from './hash.js';
import { rootOf } from './merkle.js';
import { LEAF_INDEX_LIMIT, treeSize } from './scalars.js';
import { edgeTiles, tilePath } from './tile.js';

/** What is public after the leaves have been appended in batches that end at these sizes. */
function appendInBatches(
  leafHashes: readonly Sha256[],
  ends: readonly number[],
): { edge: Edge; public: Map<string, Uint8Array> } {
  const written = new Map<string, Uint8Array>();
  let edge = EMPTY_EDGE;
  for (const end of ends) {
    const appended = appendLeaves(nobleHasher, edge, leafHashes.slice(edge.size, end));
    for (const [path, hashes] of tileMap(appended.tiles)) {
      assert.ok(!written.has(path), `${path} was written twice`);
      written.set(path, hashes);
    }
    edge = appended.edge;
  }
  return { edge, public: written };
}

describe('appendLeaves()', () => {
  it('makes the tiles of the specification for 70,000 leaves', () => {
    const leafHashes = testLeafHashes(70_000);
    const { edge, tiles } = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes);
    const count = (level: number, full: boolean): number =>
      tiles.filter(({ id }) => id.level === level && (id.width === 256) === full).length;
    assert.deepEqual([count(0, true), count(0, false), count(1, true), count(1, false)], [273, 1, 1, 1]);
    assert.deepEqual(
      tiles.filter(({ id }) => id.width < 256).map(({ id }) => id),
      edgeTiles(treeSize(70_000)),
    );
    assert.equal(tiles.length, 277);

    // MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l]), with MTH over the leaves themselves.
    const leaves = testLeaves(70_000);
    for (const { id, hashes } of tiles) {
      const span = 256 ** id.level;
      const begins = Array.from({ length: id.width }, (_, i) => (id.index * 256 + i) * span);
      const want = concatBytes(...begins.map((begin) => MTH(leaves.slice(begin, begin + span))));
      assert.deepEqual(hashes, want, tilePath(id));
    }
    assert.deepEqual(edgeRoot(nobleHasher, edge), MTH(leaves));
  });

  it('gives the same tree however the leaves come, up to some thousands', () => {
    const leafHashes = testLeafHashes(3000);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 30 }), (cuts) => {
        const ends = cuts.toSorted((a, b) => a - b);
        const size = treeSize(ends.at(-1) ?? 0);
        const batched = appendInBatches(leafHashes, ends);
        const rebuilt = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes.slice(0, size));
        assert.deepEqual(batched.edge, rebuilt.edge);
        assert.equal(batched.edge.size, size);
        for (const [path, hashes] of tileMap(rebuilt.tiles)) assert.deepEqual(batched.public.get(path), hashes, path);
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same tree across 256 and 65,536 leaves', () => {
    const leafHashes = testLeafHashes(66_100);
    const batched = appendInBatches(leafHashes, [1, 255, 256, 257, 511, 65_535, 65_536, 65_537, 65_792, 66_100]);
    const rebuilt = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes);
    assert.deepEqual(batched.edge, rebuilt.edge);
    for (const [path, hashes] of tileMap(rebuilt.tiles)) assert.deepEqual(batched.public.get(path), hashes, path);
  });

  it('writes every partial tile of every size on the way', () => {
    const ends = Array.from({ length: 600 }, (_, i) => i + 1);
    const { public: written } = appendInBatches(testLeafHashes(600), ends);
    for (const size of ends) {
      for (const id of edgeTiles(treeSize(size))) assert.ok(written.has(tilePath(id)), tilePath(id));
    }
  });

  it('changes nothing of the edge that it is given', () => {
    const leafHashes = testLeafHashes(300);
    const { edge } = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes.slice(0, 255));
    const copy = structuredClone(edge);
    const once = appendLeaves(nobleHasher, edge, leafHashes.slice(255));
    assert.deepEqual(edge, copy);
    assert.deepEqual(appendLeaves(nobleHasher, edge, leafHashes.slice(255)), once);
  });

  it('gives the same edge and no tiles for no leaves', () => {
    const { edge } = appendLeaves(nobleHasher, EMPTY_EDGE, testLeafHashes(257));
    assert.deepEqual(appendLeaves(nobleHasher, edge, []), { edge, tiles: [] });
  });

  it('refuses what is no hash, a tree too large, and an edge that contradicts itself', () => {
    const one = testLeafHashes(1);
    const { edge } = appendLeaves(nobleHasher, EMPTY_EDGE, one);
    refuses('out-of-range', () => appendLeaves(nobleHasher, edge, [new Uint8Array(31)]));
    const full = {
      size: treeSize(LEAF_INDEX_LIMIT),
      levels: [...Array<Uint8Array>(5).fill(new Uint8Array()), new Uint8Array(32)],
    };
    assert.deepEqual(appendLeaves(nobleHasher, full, []).edge, full);
    refuses('out-of-range', () => appendLeaves(nobleHasher, full, one));
    const message = 'edge of size 2 at level 0: got 32 bytes, want 2 hashes';
    refuses('mismatch', () => appendLeaves(nobleHasher, { ...edge, size: treeSize(2) }, one), message);
    refuses('mismatch', () => appendLeaves(nobleHasher, { size: treeSize(256), levels: [] }, one));
    refuses('mismatch', () => edgeRoot(nobleHasher, { ...edge, size: treeSize(257) }));
  });
});

describe('edgeRoot()', () => {
  it('is the root over all leaf hashes, whatever the size', () => {
    const leafHashes = testLeafHashes(1100);
    let edge = EMPTY_EDGE;
    assert.deepEqual(edgeRoot(nobleHasher, edge), EMPTY_ROOT);
    for (const [i, leafHash] of leafHashes.entries()) {
      ({ edge } = appendLeaves(nobleHasher, edge, [leafHash]));
      if (i < 300 || i % 97 === 0 || (i + 2) % 256 < 4) {
        assert.deepEqual(edgeRoot(nobleHasher, edge), rootOf(nobleHasher, leafHashes.slice(0, i + 1)), `size ${i + 1}`);
      }
    }
  });
});

describe('edgeFromTiles()', () => {
  it('gives the edge that the tiles were written from', () => {
    const leafHashes = testLeafHashes(1500);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1500 }), (size) => {
        const { edge, tiles } = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes.slice(0, size));
        assert.deepEqual(edgeFromTiles(treeSize(size), tileMap(tiles)), edge);
      }),
      { numRuns: 50 },
    );
  });

  it('says which tile is missing or has another length', () => {
    const size = treeSize(257);
    const tiles = new Map([['tile/0/001.p/1', new Uint8Array(32)]]);
    refuses('malformed', () => edgeFromTiles(size, tiles), 'tile/1/000.p/1: got nothing, want 32 bytes');
    tiles.set('tile/1/000.p/1', new Uint8Array(33));
    refuses('malformed', () => edgeFromTiles(size, tiles), 'tile/1/000.p/1: got 33 bytes, want 32 bytes');
  });
});
