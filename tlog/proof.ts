import { equalBytes, toHex } from './bytes.js';
import { TlogError } from './error.js';
import { sha256Of, type Hasher, type Sha256 } from './hash.js';
import type { LeafIndex, TreeSize } from './scalars.js';
import { consistencyRanges, inclusionRanges, rangeHash, tilesOf } from './subtree.js';
import type { TileId } from './tile.js';

/** Where the hashes of a tile come from: `id.width` · 32 bytes. */
export type TileSource = (id: TileId) => Uint8Array;

/** The claim that the leaf at `index` of the tree with this size and root has this hash. */
export interface Inclusion {
  readonly index: LeafIndex;
  readonly size: TreeSize;
  readonly leafHash: Sha256;
  readonly root: Sha256;
  readonly proof: readonly Sha256[];
}

/** The claim that the first `oldSize` leaves of a tree make the tree with `oldRoot`. 0 < oldSize ≤ newSize. */
export interface Consistency {
  readonly oldSize: TreeSize;
  readonly newSize: TreeSize;
  readonly oldRoot: Sha256;
  readonly newRoot: Sha256;
  readonly proof: readonly Sha256[];
}

/** Checks an inclusion proof. Source: RFC 9162, 2.1.3.2. @throws TlogError unverified, out-of-range */
export function verifyInclusion(hasher: Hasher, inclusion: Inclusion): void {
  const { index, size, leafHash, root, proof } = inclusion;
  const what = `inclusion proof of leaf ${index} in the tree of size ${size}`;
  checkInside(what, index, size);
  const length = inclusionRanges(index, size).length;
  if (proof.length !== length) throw unverified(what, `${proof.length} hashes`, String(length));
  let node = sha256Of(leafHash);
  let [position, last] = [Number(index), size - 1];
  for (const hash of proof) {
    // A node at the right edge that is a left child has no sibling here: it moves up until it is a right child.
    while (position === last && position % 2 === 0) [position, last] = [parent(position), parent(last)];
    node = position % 2 === 1 ? hasher.node(hash, node) : hasher.node(node, hash);
    [position, last] = [parent(position), parent(last)];
  }
  if (!equalBytes(node, root)) throw unverified(what, `root ${toHex(node)}`, toHex(root));
}

/**
 * Checks a consistency proof. From size 0 on there is none: that everything begins with the empty tree says nothing, and
 * no caller shall take it for a proof. Source: RFC 9162, 2.1.4.2. @throws TlogError unverified, out-of-range
 */
export function verifyConsistency(hasher: Hasher, consistency: Consistency): void {
  const { oldSize, newSize, oldRoot, newRoot, proof } = consistency;
  const what = `consistency proof from size ${oldSize} to ${newSize}`;
  checkOrder('tree sizes', oldSize, newSize);
  if (oldSize === newSize) checkRoot(`${what}, new root`, newRoot, oldRoot);
  const { length } = consistencyRanges(oldSize, newSize);
  if (proof.length !== length) throw unverified(what, `${proof.length} hashes`, String(length));
  if (length === 0) return;

  let [position, last] = [oldSize - 1, newSize - 1];
  while (position % 2 === 1) [position, last] = [parent(position), parent(last)];
  // If the old tree is a whole subtree of the new one, its root is the first node, and not part of the proof.
  const [first = oldRoot, ...rest] = position === 0 ? [oldRoot, ...proof] : proof;
  let [oldNode, newNode] = [sha256Of(first), sha256Of(first)];
  for (const hash of rest) {
    while (position === last && position % 2 === 0) [position, last] = [parent(position), parent(last)];
    if (position % 2 === 1) oldNode = hasher.node(hash, oldNode);
    newNode = position % 2 === 1 ? hasher.node(hash, newNode) : hasher.node(newNode, hash);
    [position, last] = [parent(position), parent(last)];
  }
  checkRoot(`${what}, old root`, oldNode, oldRoot);
  checkRoot(`${what}, new root`, newNode, newRoot);
}

/** The tiles that inclusionProof() asks for, each once. @throws TlogError out-of-range */
export function tilesForInclusion(index: LeafIndex, size: TreeSize): TileId[] {
  checkInside('leaf index', index, size);
  return tilesOf(inclusionRanges(index, size), size);
}

/** The proof that a leaf is in the tree of `size`, from its tiles. Source: RFC 6962, 2.1.1. @throws TlogError out-of-range, malformed */
export function inclusionProof(
  hasher: Hasher,
  of: { readonly index: LeafIndex; readonly size: TreeSize; readonly tile: TileSource },
): Sha256[] {
  checkInside('leaf index', of.index, of.size);
  return inclusionRanges(of.index, of.size).map((range) => rangeHash(hasher, range, of));
}

/** The tiles, of the new tree, that consistencyProof() asks for, each once. @throws TlogError out-of-range */
export function tilesForConsistency(oldSize: TreeSize, newSize: TreeSize): TileId[] {
  checkOrder('tree sizes', oldSize, newSize);
  return tilesOf(consistencyRanges(oldSize, newSize), newSize);
}

/** The proof that a tree has grown from an older one, from the tiles of the new. Source: RFC 6962, 2.1.2. @throws TlogError out-of-range, malformed */
export function consistencyProof(
  hasher: Hasher,
  of: { readonly oldSize: TreeSize; readonly newSize: TreeSize; readonly tile: TileSource },
): Sha256[] {
  checkOrder('tree sizes', of.oldSize, of.newSize);
  const source = { size: of.newSize, tile: of.tile };
  return consistencyRanges(of.oldSize, of.newSize).map((range) => rangeHash(hasher, range, source));
}

function parent(position: number): number {
  return Math.floor(position / 2);
}

function checkInside(what: string, index: LeafIndex, size: TreeSize): void {
  if (index < size) return;
  throw new TlogError({ code: 'out-of-range', what, got: `index ${index}`, want: `less than ${size}` });
}

function checkOrder(what: string, oldSize: TreeSize, newSize: TreeSize): void {
  if (0 < oldSize && oldSize <= newSize) return;
  throw new TlogError({ code: 'out-of-range', what, got: `${oldSize} to ${newSize}`, want: 'from 1 to no less' });
}

function checkRoot(what: string, got: Sha256, want: Sha256): void {
  if (!equalBytes(got, want)) throw unverified(what, toHex(got), toHex(want));
}

function unverified(what: string, got: string, want: string): TlogError {
  return new TlogError({ code: 'unverified', what, got, want });
}
