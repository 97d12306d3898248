import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readTestdata, testdataDir } from '../test/testdata.js';
import { concatBytes, toHex } from './bytes.js';
import { appendLeaves, EMPTY_EDGE } from './edge.js';
import { nobleHasher } from './hash.js';
import { leafIndex, timestampMs } from './scalars.js';
import {
  decodeDataTile,
  encodeMerkleTreeLeaf,
  encodeTileLeafTrailer,
  encodeTimestampedEntry,
  MERKLE_TREE_LEAF_PREFIX,
} from './tile-leaf.js';

describe('a real data tile of 256 precertificates (skipped without ../shared/testdata)', () => {
  before(function () {
    if (testdataDir() === undefined) this.skip();
  });

  const leaves = (): ReturnType<typeof decodeDataTile> => decodeDataTile(readTestdata('ct/data-tile-256-precerts.bin'));

  it('has precertificates at indices 1024 to 1279, with two fingerprints each', () => {
    assert.deepEqual(
      leaves().map(({ entry, fingerprints }) => [entry.signedEntry.type, entry.index, fingerprints.length]),
      Array.from({ length: 256 }, (_, i) => ['precertificate', 1024 + i, 2]),
    );
  });

  it('is encoded as ours, entry by entry', () => {
    for (const { bytes, timestampedEntryBytes, entry, preCertificate, fingerprints } of leaves()) {
      assert.ok(preCertificate);
      const ours = encodeTimestampedEntry(entry);
      assert.deepEqual(ours, timestampedEntryBytes);
      assert.deepEqual(concatBytes(ours, encodeTileLeafTrailer({ preCertificate, fingerprints })), bytes);
    }
  });

  it('has the known leaf hashes, and the known hash of the tile that they make', () => {
    const leafHashes = leaves().map(({ entry }) => nobleHasher.leaf(encodeMerkleTreeLeaf(entry)));
    const hex = leafHashes.map(toHex);
    assert.equal(hex.at(0), 'f2567e9377f073d4e9797a9c7b745660c72062d917007f4cc24cff6142ea6b80');
    assert.equal(hex.at(255), 'b587bf2c66e8854b0ed03b4cafef954a7be03d61b653b1690f4001e46b0faa74');
    const { tiles } = appendLeaves(nobleHasher, EMPTY_EDGE, leafHashes);
    assert.deepEqual(tiles[0]?.id, { level: 0, index: 0, width: 256 });
    const want = 'b9f37f0d30a72a17059bd8e7b66e3752104a77fe20061e4cad5944e0b90ffcf7';
    assert.equal(toHex(nobleHasher.sha256(tiles[0].hashes)), want);
  });

  it('has the same leaf hashes over the bytes as they were received', () => {
    for (const { entry, timestampedEntryBytes } of leaves()) {
      const received = nobleHasher.leaf(MERKLE_TREE_LEAF_PREFIX, timestampedEntryBytes);
      assert.deepEqual(received, nobleHasher.leaf(encodeMerkleTreeLeaf(entry)));
    }
  });
});

describe('a published certificate entry (skipped without ../shared/testdata)', () => {
  before(function () {
    if (testdataDir() === undefined) this.skip();
  });

  it('has the known leaf hash', () => {
    const { raw } = new X509Certificate(readTestdata('ct/test_leaf_cert_signed_by_root.pem'));
    const signedEntry = { type: 'certificate', certificate: new Uint8Array(raw) } as const;
    const leaf = encodeMerkleTreeLeaf({ timestamp: timestampMs(1_469_185_273_000), index: leafIndex(1), signedEntry });
    const want = '6a52f85f5aa1870544b3bada087e8a217e0476ecf0bd6786ebcf8445c82dfb62';
    assert.equal(toHex(nobleHasher.leaf(leaf)), want);
  });
});
