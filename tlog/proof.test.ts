import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { PATH, PROOF } from '../test/rfc6962-reference.js';
import { testLeafHashes, testLeaves, tileSource } from '../test/trees.js';
import { EMPTY_ROOT, nobleHasher, sha256Of, type Sha256 } from './hash.js';
import { rootOf } from './merkle.js';
import {
  consistencyProof,
  inclusionProof,
  tilesForConsistency,
  tilesForInclusion,
  verifyConsistency,
  verifyInclusion,
  type Consistency,
  type Inclusion,
} from './proof.js';
import { LEAF_INDEX_LIMIT, leafIndex, treeSize } from './scalars.js';
import { tilePath, type TileId } from './tile.js';

const SIZE_MAX = 700;
const leaves = testLeaves(SIZE_MAX);
const leafHashes = testLeafHashes(SIZE_MAX);
const tile = tileSource(leafHashes);
const sizes = fc.integer({ min: 1, max: SIZE_MAX });

/** A true inclusion in the test tree. */
function inclusionOf(i: number, n: number): Inclusion {
  const [index, size] = [leafIndex(i), treeSize(n)];
  const root = rootOf(nobleHasher, leafHashes.slice(0, n));
  return {
    index,
    size,
    leafHash: leafHashes[i] ?? EMPTY_ROOT,
    root,
    proof: inclusionProof(nobleHasher, { index, size, tile }),
  };
}

/** A true consistency of two test trees. */
function consistencyOf(m: number, n: number): Consistency {
  const [oldSize, newSize] = [treeSize(m), treeSize(n)];
  const [oldRoot, newRoot] = [rootOf(nobleHasher, leafHashes.slice(0, m)), rootOf(nobleHasher, leafHashes.slice(0, n))];
  return { oldSize, newSize, oldRoot, newRoot, proof: consistencyProof(nobleHasher, { oldSize, newSize, tile }) };
}

/** The proof with one hash left out, one put in, and one changed, at a position. */
function damaged(proof: readonly Sha256[], position: number): Sha256[][] {
  const changed = proof.map((hash, i) =>
    i === position ? sha256Of(hash.map((byte, j) => (j === 7 ? byte ^ 1 : byte))) : hash,
  );
  return [proof.toSpliced(position, 1), proof.toSpliced(position, 0, proof[position] ?? EMPTY_ROOT), changed];
}

/** The tiles that an action asks for, each once. */
function asked(action: (source: (id: TileId) => Uint8Array) => unknown): string[] {
  const paths = new Set<string>();
  action((id) => {
    paths.add(tilePath(id));
    return tile(id);
  });
  return [...paths];
}

describe('inclusionProof()', () => {
  it('is PATH() of RFC 6962 and verifies, for every leaf of every tree up to 40', () => {
    for (let n = 1; n <= 40; n++) {
      for (let i = 0; i < n; i++) {
        const inclusion = inclusionOf(i, n);
        assert.deepEqual(inclusion.proof, PATH(i, leaves.slice(0, n)), `leaf ${i} of ${n}`);
        verifyInclusion(nobleHasher, inclusion);
      }
    }
  });

  it('is PATH() of RFC 6962 and verifies, beyond one tile', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, draw) => {
        const inclusion = inclusionOf(draw % n, n);
        assert.deepEqual(inclusion.proof, PATH(draw % n, leaves.slice(0, n)));
        verifyInclusion(nobleHasher, inclusion);
      }),
    );
  });

  it('asks for the tiles that tilesForInclusion() says', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, draw) => {
        const [index, size] = [leafIndex(draw % n), treeSize(n)];
        const want = asked((source) => inclusionProof(nobleHasher, { index, size, tile: source }));
        assert.deepEqual(tilesForInclusion(index, size).map(tilePath), want);
      }),
    );
  });

  it('takes few tiles in the greatest tree', () => {
    const tiles = tilesForInclusion(leafIndex(123_456_789_012), treeSize(LEAF_INDEX_LIMIT));
    assert.deepEqual(
      tiles.map(({ level }) => level),
      [0, 1, 2, 3, 4],
    );
    assert.ok(tilesForInclusion(leafIndex(0), treeSize(LEAF_INDEX_LIMIT - 1)).length <= 10);
  });

  it('refuses an index outside, and tiles of another length', () => {
    refuses(
      'out-of-range',
      () => tilesForInclusion(leafIndex(7), treeSize(7)),
      'leaf index: got index 7, want less than 7',
    );
    refuses('out-of-range', () => inclusionProof(nobleHasher, { index: leafIndex(0), size: treeSize(0), tile }));
    const short = { index: leafIndex(0), size: treeSize(3), tile: () => new Uint8Array(64) };
    refuses('malformed', () => inclusionProof(nobleHasher, short), 'tile/0/000.p/3: got 64 bytes, want 96 bytes');
  });
});

describe('consistencyProof()', () => {
  it('is PROOF() of RFC 6962 and verifies, for all trees up to 40', () => {
    for (let n = 1; n <= 40; n++) {
      for (let m = 1; m <= n; m++) {
        const consistency = consistencyOf(m, n);
        assert.deepEqual(consistency.proof, PROOF(m, leaves.slice(0, n)), `${m} to ${n}`);
        verifyConsistency(nobleHasher, consistency);
      }
    }
  });

  it('is PROOF() of RFC 6962 and verifies, beyond one tile', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, draw) => {
        const consistency = consistencyOf(1 + (draw % n), n);
        assert.deepEqual(consistency.proof, PROOF(1 + (draw % n), leaves.slice(0, n)));
        verifyConsistency(nobleHasher, consistency);
      }),
    );
  });

  it('asks for the tiles that tilesForConsistency() says', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (n, draw) => {
        const [oldSize, newSize] = [treeSize(1 + (draw % n)), treeSize(n)];
        const want = asked((source) => consistencyProof(nobleHasher, { oldSize, newSize, tile: source }));
        assert.deepEqual(tilesForConsistency(oldSize, newSize).map(tilePath), want);
      }),
    );
  });

  it('refuses a tree that shrinks, and the empty one', () => {
    for (const [m, n] of [
      [8, 7],
      [0, 7],
      [0, 0],
    ] as const) {
      const [oldSize, newSize] = [treeSize(m), treeSize(n)];
      const message = `tree sizes: got ${m} to ${n}, want from 1 to no less`;
      refuses('out-of-range', () => consistencyProof(nobleHasher, { oldSize, newSize, tile }), message);
      refuses('out-of-range', () => tilesForConsistency(oldSize, newSize), message);
    }
  });
});

describe('proofs in a tree of three levels of tiles', () => {
  const size = 66_000;

  it('are PATH() and PROOF() of RFC 6962', () => {
    const large = tileSource(testLeafHashes(size));
    const D = testLeaves(size);
    for (const at of [65_535, 65_999]) {
      const of = { index: leafIndex(at), size: treeSize(size), tile: large };
      assert.deepEqual(inclusionProof(nobleHasher, of), PATH(at, D), `leaf ${at}`);
    }
    for (const at of [256, 65_793]) {
      const of = { oldSize: treeSize(at), newSize: treeSize(size), tile: large };
      assert.deepEqual(consistencyProof(nobleHasher, of), PROOF(at, D), `from ${at} on`);
    }
  });

  it('verify wherever tiles and levels meet', () => {
    const all = testLeafHashes(size);
    const large = tileSource(all);
    const newRoot = rootOf(nobleHasher, all);
    for (const at of [1, 255, 256, 257, 511, 512, 65_280, 65_535, 65_536, 65_537, 65_792, 65_793, 65_999]) {
      const [index, newSize, oldSize] = [leafIndex(at), treeSize(size), treeSize(at)];
      const inclusion = inclusionProof(nobleHasher, { index, size: newSize, tile: large });
      const leafHash = all[at] ?? EMPTY_ROOT;
      verifyInclusion(nobleHasher, { index, size: newSize, leafHash, root: newRoot, proof: inclusion });
      const oldRoot = rootOf(nobleHasher, all.slice(0, at));
      const consistency = consistencyProof(nobleHasher, { oldSize, newSize, tile: large });
      verifyConsistency(nobleHasher, { oldSize, newSize, oldRoot, newRoot, proof: consistency });
    }
  });
});

describe('verifyInclusion()', () => {
  it('refuses what has been changed in any way', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (n, draw, position) => {
        const inclusion = inclusionOf(draw % n, n);
        const proofs = n === 1 ? [[EMPTY_ROOT]] : damaged(inclusion.proof, position % inclusion.proof.length);
        for (const proof of proofs) refuses('unverified', () => verifyInclusion(nobleHasher, { ...inclusion, proof }));
        refuses('unverified', () => verifyInclusion(nobleHasher, { ...inclusion, leafHash: EMPTY_ROOT }));
        refuses('unverified', () => verifyInclusion(nobleHasher, { ...inclusion, root: EMPTY_ROOT }));
      }),
    );
  });

  it('refuses the proof of another leaf', () => {
    for (let i = 0; i < 21; i++) {
      for (let j = 0; j < 21; j++) {
        const moved = { ...inclusionOf(i, 21), index: leafIndex(j) };
        if (i !== j) refuses('unverified', () => verifyInclusion(nobleHasher, moved));
      }
    }
  });

  it('says what it got and wanted', () => {
    const { root, ...rest } = inclusionOf(1, 2);
    refuses(
      'unverified',
      () => verifyInclusion(nobleHasher, { ...rest, root: EMPTY_ROOT }),
      `inclusion proof of leaf 1 in the tree of size 2: got root ${Buffer.from(root).toString('hex')}, want ${Buffer.from(EMPTY_ROOT).toString('hex')}`,
    );
    refuses('unverified', () => verifyInclusion(nobleHasher, { ...rest, root, proof: [] }), /got 0 hashes, want 1$/);
    refuses('out-of-range', () => verifyInclusion(nobleHasher, { ...rest, root, index: leafIndex(2) }));
  });
});

describe('verifyConsistency()', () => {
  it('refuses what has been changed in any way', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (n, draw, position) => {
        const consistency = consistencyOf(1 + (draw % n), n);
        const proofs =
          consistency.proof.length === 0
            ? [[EMPTY_ROOT]]
            : damaged(consistency.proof, position % consistency.proof.length);
        for (const proof of proofs)
          refuses('unverified', () => verifyConsistency(nobleHasher, { ...consistency, proof }));
        refuses('unverified', () => verifyConsistency(nobleHasher, { ...consistency, oldRoot: EMPTY_ROOT }));
        refuses('unverified', () => verifyConsistency(nobleHasher, { ...consistency, newRoot: EMPTY_ROOT }));
      }),
    );
  });

  it('refuses the empty tree, whatever the proof', () => {
    const { newRoot } = consistencyOf(1, 5);
    for (const proof of [[], [newRoot]]) {
      const claim = { oldSize: treeSize(0), newSize: treeSize(5), oldRoot: EMPTY_ROOT, newRoot, proof };
      refuses('out-of-range', () => verifyConsistency(nobleHasher, claim));
    }
    const nothing = { oldSize: treeSize(0), newSize: treeSize(0), oldRoot: EMPTY_ROOT, newRoot: EMPTY_ROOT, proof: [] };
    refuses('out-of-range', () => verifyConsistency(nobleHasher, nothing));
  });

  it('refuses a tree that shrinks', () => {
    const { oldSize, newSize, ...rest } = consistencyOf(6, 8);
    refuses('out-of-range', () => verifyConsistency(nobleHasher, { oldSize: newSize, newSize: oldSize, ...rest }));
  });
});
