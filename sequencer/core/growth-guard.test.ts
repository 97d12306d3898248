import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../../test/refuses.js';
import { stampedEntries } from '../../test/sequencer/entries.js';
import { nativeHasher } from '../../service/native-hasher.js';
import { EMPTY_EDGE } from '../../tlog/edge.js';
import { EMPTY_ROOT, type Sha256 } from '../../tlog/hash.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import type { StampedEntry } from './entry.js';
import { guardGrowth, type Growth } from './growth-guard.js';
import { planIntegration, type Frontier, type Integration } from './integration.js';
import { tlogTilesLayout } from './layout.js';

const deps = { hasher: nativeHasher, layout: tlogTilesLayout };
const EMPTY: Frontier = { edge: EMPTY_EDGE, bundle: new Uint8Array(0), stamps: new Uint8Array(0) };
const SIZE_MAX = 1_100;
const ENTRIES: readonly StampedEntry[] = stampedEntries(0, SIZE_MAX);

/** The growth of a tree from one size to another, as it should be; `forge` changes the frontier before the run. */
function growth(sizes: { from: number; to: number }, forge: (frontier: Frontier) => Frontier = (same) => same): Growth {
  const before = planIntegration(deps, EMPTY, ENTRIES.slice(0, sizes.from));
  const integration = planIntegration(deps, forge(before.frontier), ENTRIES.slice(sizes.from, sizes.to));
  return {
    before: { size: treeSize(sizes.from), root: before.root, timestamp: timestampMs(2_000) },
    after: { size: treeSize(sizes.to), root: integration.root, timestamp: timestampMs(2_001) },
    entryTimestamp: timestampMs(1_000),
    integration,
  };
}

const sizes = fc
  .tuple(fc.integer({ min: 0, max: SIZE_MAX }), fc.integer({ min: 0, max: SIZE_MAX }))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));

describe('guardGrowth()', () => {
  it('lets every honest growth pass', () => {
    fc.assert(
      fc.property(sizes, (between) => {
        guardGrowth(nativeHasher, growth(between));
      }),
      { numRuns: 60 },
    );
  });

  for (const between of [
    { from: 0, to: 0 },
    { from: 0, to: 1 },
    { from: 1, to: 1 },
    { from: 255, to: 256 },
    { from: 256, to: 257 },
    { from: 256, to: 256 },
    { from: 257, to: 1024 },
  ]) {
    it(`lets the growth from ${between.from} to ${between.to} pass`, () => {
      guardGrowth(nativeHasher, growth(between));
    });
  }

  it('finds the tiles of the proof across 65,536 leaves, when the third level begins', () => {
    const many = stampedEntries(0, 65_800);
    const plans = [65_280, 65_535, 65_536, 65_600, 65_800].reduce<Integration[]>((done, size) => {
      const frontier = done.at(-1)?.frontier ?? EMPTY;
      return [...done, planIntegration(deps, frontier, many.slice(frontier.edge.size, size))];
    }, []);
    for (const [i, integration] of plans.entries()) {
      const previous = plans[i - 1];
      if (previous === undefined) continue;
      const head = ({ frontier, root }: Integration, timestamp: number): Growth['before'] => ({
        size: frontier.edge.size,
        root,
        timestamp: timestampMs(timestamp),
      });
      const entryTimestamp = timestampMs(1_000);
      guardGrowth(nativeHasher, {
        before: head(previous, 1),
        after: head(integration, 1_000),
        entryTimestamp,
        integration,
      });
    }
  });

  it('refuses a tree that shrinks', () => {
    const { before, after, ...rest } = growth({ from: 300, to: 400 });
    const shrinking = { ...rest, before: { ...before, size: after.size }, after: { ...after, size: before.size } };
    assert.throws(
      () => guardGrowth(nativeHasher, shrinking),
      new RangeError('the tree would shrink from 400 to 300 leaves'),
    );
  });

  for (const timestamp of [2_000, 1_999]) {
    it(`refuses a timestamp of ${timestamp} after one of 2000`, () => {
      const honest = growth({ from: 3, to: 5 });
      const late = { ...honest, after: { ...honest.after, timestamp: timestampMs(timestamp) } };
      const want = new RangeError(`the timestamp would go from 2000 to ${timestamp}`);
      assert.throws(() => guardGrowth(nativeHasher, late), want);
    });
  }

  it('refuses a timestamp before that of an entry, also of the first', () => {
    for (const from of [0, 3]) {
      const early = { ...growth({ from, to: 5 }), entryTimestamp: timestampMs(2_002) };
      const want = new RangeError('the timestamp 2001 is before that of an entry, 2002');
      assert.throws(() => guardGrowth(nativeHasher, early), want);
    }
  });

  it('takes a timestamp that is that of an entry', () => {
    guardGrowth(nativeHasher, { ...growth({ from: 3, to: 5 }), entryTimestamp: timestampMs(2_001) });
  });

  it('refuses another root of the same size', () => {
    const honest = growth({ from: 300, to: 300 });
    const other = { ...honest, after: { ...honest.after, root: EMPTY_ROOT } };
    refuses(
      'unverified',
      () => guardGrowth(nativeHasher, other),
      /^consistency proof from size 300 to 300, new root: /,
    );
  });

  it('refuses a root that does not follow from the tiles', () => {
    const honest = growth({ from: 300, to: 301 });
    const other = { ...honest, after: { ...honest.after, root: honest.before.root } };
    refuses(
      'unverified',
      () => guardGrowth(nativeHasher, other),
      /^consistency proof from size 300 to 301, new root: /,
    );
  });

  it('refuses a tree over any other beginning than the one that was signed', () => {
    const forgery = fc.record({ level: fc.nat(1), at: fc.nat(), bit: fc.nat(7) });
    fc.assert(
      fc.property(sizes, forgery, (between, { level, at, bit }) => {
        const forge = (frontier: Frontier): Frontier => {
          const hashes = frontier.edge.levels[level]?.slice() ?? new Uint8Array(0);
          fc.pre(hashes.length > 0);
          hashes[at % hashes.length] = (hashes[at % hashes.length] ?? 0) ^ (1 << bit);
          return { ...frontier, edge: { ...frontier.edge, levels: frontier.edge.levels.with(level, hashes) } };
        };
        refuses('unverified', () => guardGrowth(nativeHasher, growth(between, forge)));
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a tile that is written otherwise than it was hashed', () => {
    const honest = growth({ from: 300, to: 400 });
    const publicObjects = honest.integration.publicObjects.map(({ name, bytes }) => ({
      name,
      bytes: name === 'tile/0/001.p/144' ? bytes.with(0, (bytes[0] ?? 0) ^ 1) : bytes,
    }));
    const other = { ...honest, integration: { ...honest.integration, publicObjects } };
    refuses('unverified', () => guardGrowth(nativeHasher, other));
  });

  it('names a tile that is missing', () => {
    const honest = growth({ from: 255, to: 256 });
    const other = { ...honest, integration: { ...honest.integration, publicObjects: [] } };
    assert.throws(
      () => guardGrowth(nativeHasher, other),
      new RangeError('tile/0/000 is not on the right edge of a tree of 256 leaves'),
    );
  });

  it('refuses a forged root of the old tree', () => {
    const honest = growth({ from: 5, to: 9 });
    const root = honest.before.root.with(31, 0) as Sha256;
    refuses('unverified', () => guardGrowth(nativeHasher, { ...honest, before: { ...honest.before, root } }));
  });
});
