import assert from 'node:assert/strict';
import { equalBytes, fromUtf8, toHex } from '../../tlog/bytes.js';
import { appendLeaves, edgeRoot, EMPTY_EDGE, type Edge } from '../../tlog/edge.js';
import { nobleHasher } from '../../tlog/hash.js';
import { decodeDataTile, encodeMerkleTreeLeaf, type TimestampedEntry } from '../../tlog/tile-leaf.js';
import { bundlePath, TILE_WIDTH } from '../../tlog/tile.js';
import type { ServedCheckpoint } from '../served-checkpoint.js';
import type { Acknowledged } from './load.js';

/** Somebody who remembers all that a log has ever promised, and holds it against what the log serves. */
export interface Auditor {
  /** Takes note of a checkpoint. @throws AssertionError when the log has gone back behind an earlier one. */
  see(checkpoint: ServedCheckpoint): void;
  /** Takes note of promises. */
  remember(acknowledged: readonly Acknowledged[]): void;
  /**
   * Reads what the log has grown by, up to the newest checkpoint, and checks it: the root of every checkpoint seen is
   * that of the entries below its size, no entry is there twice, and each promised one is at its index with its
   * timestamp.
   * @param read fetches one object below the monitoring prefix.
   */
  audit(read: (path: string) => Promise<Uint8Array>): Promise<void>;
  /** Forgets what was read, and no promise and no checkpoint: the next audit reads the log from its beginning. */
  startOver(): void;
  /** How much was checked so far. */
  tally(): { acknowledged: number; checkpoints: number; entries: number };
}

/** An auditor who has seen nothing yet. */
export function createAuditor(): Auditor {
  const seen: ServedCheckpoint[] = [];
  const promises: Acknowledged[] = [];
  const logged = new Map<string, { index: number; timestamp: number }>();
  let edge: Edge = EMPTY_EDGE;
  let checkedCheckpoints = 0;
  let checkedPromises = 0;

  function take(entries: readonly TimestampedEntry[]): void {
    for (const entry of entries) {
      const index = edge.size;
      assert.equal(entry.index, index, 'the index in the entry');
      const text = textOf(entry);
      assert.equal(logged.get(text)?.index, undefined, `'${text}' is in the log twice, also at ${index}`);
      logged.set(text, { index, timestamp: entry.timestamp });
      edge = appendLeaves(nobleHasher, edge, [nobleHasher.leaf(encodeMerkleTreeLeaf(entry))]).edge;
      checkRoots();
    }
  }
  /** Holds every checkpoint of the present size against the entries. */
  function checkRoots(): void {
    for (; seen[checkedCheckpoints]?.size === edge.size; checkedCheckpoints++) {
      const want = seen[checkedCheckpoints]?.root ?? new Uint8Array();
      const got = edgeRoot(nobleHasher, edge);
      assert.ok(
        equalBytes(got, want),
        `root at size ${edge.size}: the entries say ${toHex(got)}, it says ${toHex(want)}`,
      );
    }
  }
  function checkPromises(): void {
    for (; checkedPromises < promises.length; checkedPromises++) {
      const promise = promises[checkedPromises];
      assert.ok(promise !== undefined);
      const { text, index, timestampMs } = promise;
      assert.deepEqual(logged.get(text), { index, timestamp: timestampMs }, `the promise of '${text}'`);
    }
  }

  return {
    see(checkpoint) {
      const last = seen.at(-1);
      if (last !== undefined) {
        if (equalBytes(last.bytes, checkpoint.bytes)) return;
        assert.ok(checkpoint.size >= last.size, `size ${checkpoint.size} came after ${last.size}`);
        assert.ok(checkpoint.timestamp > last.timestamp, `${checkpoint.timestamp} ms came after ${last.timestamp} ms`);
      }
      seen.push(checkpoint);
    },
    remember(acknowledged) {
      promises.push(...acknowledged);
    },
    async audit(read) {
      const size = seen.at(-1)?.size ?? 0;
      checkRoots();
      for (let bundle = Math.floor(edge.size / TILE_WIDTH); bundle * TILE_WIDTH < size; bundle++) {
        const width = Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH);
        const leaves = decodeDataTile(await read(bundlePath('data', bundle, width)));
        assert.equal(leaves.length, width, `entries in bundle ${bundle}`);
        take(leaves.slice(edge.size - bundle * TILE_WIDTH).map(({ entry }) => entry));
      }
      assert.equal(checkedCheckpoints, seen.length, 'every checkpoint was checked');
      checkPromises();
    },
    startOver() {
      logged.clear();
      edge = EMPTY_EDGE;
      checkedCheckpoints = 0;
      checkedPromises = 0;
    },
    tally: () => ({ acknowledged: promises.length, checkpoints: seen.length, entries: edge.size }),
  };
}

function textOf({ signedEntry }: TimestampedEntry): string {
  assert.equal(signedEntry.type, 'certificate');
  return fromUtf8(signedEntry.certificate);
}
