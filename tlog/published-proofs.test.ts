import assert from 'node:assert/strict';
import { readTestdata, testdataDir } from '../test/testdata.js';
import { fromBase64, fromUtf8 } from './bytes.js';
import { TlogError } from './error.js';
import { nobleHasher, type Sha256 } from './hash.js';
import { verifyConsistency, verifyInclusion } from './proof.js';
import { leafIndex, treeSize } from './scalars.js';

/** The proofs of transparency-dev/merkle, `testdata`. Hashes are base64; no hashes at all is null. */
interface ProofCase {
  readonly name: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
}

interface InclusionCase extends ProofCase {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
}

interface ConsistencyCase extends ProofCase {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string | null;
  readonly root2: string | null;
}

function readCases(name: string): unknown {
  return JSON.parse(fromUtf8(readTestdata(name)));
}

/** Some vectors have roots that are no hashes, and one of them must verify: so this only says that they are some. */
function hash(text: string | null): Sha256 {
  return fromBase64(text ?? '') as Sha256;
}

function isRefused(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof TlogError) return true;
    throw error;
  }
}

describe('published proofs (skipped without ../shared/testdata)', () => {
  before(function () {
    if (testdataDir() === undefined) this.skip();
  });

  it('of inclusion: 6 verify, 92 are refused', () => {
    const cases = readCases('merkle/inclusion.json') as readonly InclusionCase[];
    for (const { name, wantErr, ...of } of cases) {
      const verify = (): void =>
        verifyInclusion(nobleHasher, {
          index: leafIndex(of.leafIdx),
          size: treeSize(of.treeSize),
          leafHash: hash(of.leafHash),
          root: hash(of.root),
          proof: (of.proof ?? []).map(hash),
        });
      assert.equal(isRefused(verify), wantErr, name);
    }
    assert.deepEqual([cases.length, cases.filter(({ wantErr }) => wantErr).length], [98, 92]);
  });

  it('of consistency: 6 verify, 92 are refused', () => {
    const cases = readCases('merkle/consistency.json') as readonly ConsistencyCase[];
    for (const { name, wantErr, ...of } of cases) {
      const verify = (): void =>
        verifyConsistency(nobleHasher, {
          oldSize: treeSize(of.size1),
          newSize: treeSize(of.size2),
          oldRoot: hash(of.root1),
          newRoot: hash(of.root2),
          proof: (of.proof ?? []).map(hash),
        });
      assert.equal(isRefused(verify), wantErr, name);
    }
    assert.deepEqual([cases.length, cases.filter(({ wantErr }) => wantErr).length], [98, 92]);
  });
});
