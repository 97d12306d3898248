import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MTH } from '../../test/rfc6962-reference.js';
import { stampedEntries } from '../../test/sequencer/entries.js';
import { concatBytes, utf8 } from '../../tlog/bytes.js';
import { EMPTY_EDGE } from '../../tlog/edge.js';
import { EMPTY_ROOT, nobleHasher } from '../../tlog/hash.js';
import { partialWidth, TILE_WIDTH } from '../../tlog/tile.js';
import { treeSize } from '../../tlog/scalars.js';
import type { StampedEntry } from './entry.js';
import { planIntegration, type Frontier, type Integration, type NamedBytes } from './integration.js';
import { staticCtLayout, tlogTilesLayout, type Layout } from './layout.js';
import { encodeStamp } from './stamp-page.js';

const NO_BYTES = new Uint8Array(0);
const EMPTY_FRONTIER: Frontier = { edge: EMPTY_EDGE, bundle: NO_BYTES, stamps: NO_BYTES };

/** More than two full tiles at level 0, and a trailer, which is stored and not hashed. */
const SIZE_MAX = 700;
const ENTRIES: readonly StampedEntry[] = stampedEntries(0, SIZE_MAX).map((entry, i) => ({
  ...entry,
  trailer: utf8(`trailer ${i}`),
}));

/** What is in the store after integrating up to each of these sizes, one after the other. */
function integrate(layout: Layout, ends: readonly number[]): { stored: Map<string, Uint8Array>; last: Integration } {
  const stored = new Map<string, Uint8Array>();
  let last: Integration = { frontier: EMPTY_FRONTIER, root: EMPTY_ROOT, publicObjects: [], privateObjects: [] };
  for (const end of ends) {
    const { frontier } = last;
    last = planIntegration({ hasher: nobleHasher, layout }, frontier, ENTRIES.slice(frontier.edge.size, end));
    for (const { name, bytes } of [...last.publicObjects, ...last.privateObjects]) {
      assert.ok(!stored.has(name), `${name} was written twice`);
      stored.set(name, bytes);
    }
  }
  return { stored, last };
}

const leaves = ENTRIES.map(({ leafPrefix, data }) => concatBytes(leafPrefix, data));

/** `015.p/7`: what stands at the end of every path of less than 1,000 tiles. */
function pageName(index: number, width: number): string {
  return `${String(index).padStart(3, '0')}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * All objects of a tree of `size` leaves as the specifications define them, made from the entries alone: tiles whose
 * hashes are MTH() of their leaves, and pages of entries.
 */
function definedObjects(layout: Layout, size: number): NamedBytes[] {
  const objects: NamedBytes[] = [];
  for (let level = 0, span = 1; span <= size; level++, span *= TILE_WIDTH) {
    const count = Math.floor(size / span);
    const hashes = Array.from({ length: count }, (_, i) => MTH(leaves.slice(i * span, (i + 1) * span)));
    objects.push(...pagesOf(`tile/${level}`, hashes));
  }
  const entries = ENTRIES.slice(0, size);
  objects.push(
    ...pagesOf(
      `tile/${layout.bundle}`,
      entries.map((entry) => layout.encode(entry)),
    ),
  );
  if (layout.keepsStampPages) objects.push(...pagesOf('stamps', entries.map(encodeStamp)));
  return objects;
}

function pagesOf(directory: string, items: readonly Uint8Array[]): NamedBytes[] {
  return Array.from({ length: Math.ceil(items.length / TILE_WIDTH) }, (_, index) => {
    const page = items.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
    return { name: `${directory}/${pageName(index, page.length)}`, bytes: concatBytes(...page) };
  });
}

const splits = fc
  .uniqueArray(fc.integer({ min: 1, max: SIZE_MAX }), { minLength: 1, maxLength: 12 })
  .map((cuts) => cuts.toSorted((a, b) => a - b));

for (const layout of [staticCtLayout, tlogTilesLayout]) {
  describe(`planIntegration() in a log of ${layout.name}`, () => {
    it('makes what the specifications define, however the entries come', () => {
      fc.assert(
        fc.property(splits, (ends) => {
          const size = ends.at(-1) ?? 0;
          const { stored, last } = integrate(layout, ends);
          for (const { name, bytes } of definedObjects(layout, size)) assert.deepEqual(stored.get(name), bytes, name);
          assert.deepEqual(last.root, MTH(leaves.slice(0, size)));
        }),
        { numRuns: 25 },
      );
    });

    it('ends with the same frontier and root as in one go', () => {
      fc.assert(
        fc.property(splits, (ends) => {
          const oneGo = integrate(layout, ends.slice(-1)).last;
          const split = integrate(layout, ends).last;
          assert.deepEqual(split.frontier, oneGo.frontier);
          assert.deepEqual(split.root, oneGo.root);
        }),
        { numRuns: 50 },
      );
    });

    it('writes the partial tiles, bundles and pages of every size at which it ends', () => {
      const ends = Array.from({ length: 2 * TILE_WIDTH + 2 }, (_, i) => i + 1);
      const { stored } = integrate(layout, ends);
      for (const size of [1, 2, 255, 256, 257, 511, 512, 513]) {
        const width = partialWidth(treeSize(size), 0);
        const name = pageName(Math.floor((size - 1) / TILE_WIDTH), width === 0 ? TILE_WIDTH : width);
        for (const directory of ['tile/0', `tile/${layout.bundle}`, ...(layout.keepsStampPages ? ['stamps'] : [])]) {
          assert.ok(stored.has(`${directory}/${name}`), `${directory}/${name}`);
        }
      }
    });

    it('keeps the last bundle, and the last page, only while they are partial', () => {
      const { frontier } = integrate(layout, [TILE_WIDTH]).last;
      assert.deepEqual([frontier.bundle.length, frontier.stamps.length], [0, 0]);
      const next = integrate(layout, [TILE_WIDTH, TILE_WIDTH + 2]).last.frontier;
      const entries = ENTRIES.slice(TILE_WIDTH, TILE_WIDTH + 2);
      assert.deepEqual(next.bundle, concatBytes(...entries.map((entry) => layout.encode(entry))));
      assert.equal(next.stamps.length, layout.keepsStampPages ? 32 : 0);
    });

    it('does the same again when it is asked again', () => {
      const { frontier } = integrate(layout, [300]).last;
      const plan = (): Integration =>
        planIntegration({ hasher: nobleHasher, layout }, frontier, ENTRIES.slice(300, 600));
      const copy = structuredClone(frontier);
      const first = plan();
      assert.deepEqual(plan(), first);
      assert.deepEqual(frontier, copy);
    });

    it('has nothing to write for no entries', () => {
      const { frontier, root } = integrate(layout, [300]).last;
      const plan = planIntegration({ hasher: nobleHasher, layout }, frontier, []);
      assert.deepEqual(plan, { frontier, root, publicObjects: [], privateObjects: [] });
    });
  });
}

describe('planIntegration()', () => {
  const deps = { hasher: nobleHasher, layout: tlogTilesLayout };
  const { frontier } = integrate(tlogTilesLayout, [10]).last;
  const wrong: { desc: string; entries: StampedEntry[]; want: string }[] = [
    { desc: 'begin behind the tree', entries: ENTRIES.slice(11, 12), want: 'entry 11 stands at 10' },
    { desc: 'begin inside the tree', entries: ENTRIES.slice(9, 12), want: 'entry 9 stands at 10' },
    {
      desc: 'have a gap',
      entries: [...ENTRIES.slice(10, 12), ...ENTRIES.slice(13, 14)],
      want: 'entry 13 stands at 12',
    },
    { desc: 'are not in order', entries: ENTRIES.slice(10, 13).toReversed(), want: 'entry 12 stands at 10' },
  ];
  for (const { desc, entries, want } of wrong) {
    it(`refuses entries that ${desc}`, () => {
      assert.throws(() => planIntegration(deps, frontier, entries), new RangeError(want));
    });
  }
});
