import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuses } from '../test/refuses.js';
import { LEAF_INDEX_LIMIT, treeSize } from './scalars.js';
import { bundlePath, edgeTiles, parsePublicPath, partialWidth, tileIn, tilePath } from './tile.js';

const anySize = fc.maxSafeNat().map((n) => treeSize(n % (LEAF_INDEX_LIMIT + 1)));

describe('partialWidth()', () => {
  it('is floor(size / 256^level) mod 256', () => {
    fc.assert(
      fc.property(anySize, fc.nat(5), (size, level) => {
        assert.equal(BigInt(partialWidth(size, level)), (BigInt(size) / 256n ** BigInt(level)) % 256n);
      }),
    );
  });

  it('is 0 when the tile is full', () => {
    assert.equal(partialWidth(treeSize(256), 0), 0);
    assert.equal(partialWidth(treeSize(256), 1), 1);
  });
});

describe('edgeTiles()', () => {
  it('are those of the specification for 70,000 leaves', () => {
    assert.deepEqual(edgeTiles(treeSize(70_000)), [
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
  });

  it('leave out levels that have no partial tile', () => {
    assert.deepEqual(edgeTiles(treeSize(0)), []);
    assert.deepEqual(edgeTiles(treeSize(256)), [{ level: 1, index: 0, width: 1 }]);
    assert.deepEqual(edgeTiles(treeSize(65_537)), [
      { level: 0, index: 256, width: 1 },
      { level: 2, index: 0, width: 1 },
    ]);
  });

  it('of the greatest tree are one of width 1 at level 5', () => {
    assert.deepEqual(edgeTiles(treeSize(LEAF_INDEX_LIMIT)), [{ level: 5, index: 0, width: 1 }]);
  });

  it('cover, with the full tiles to their left, every leaf once', () => {
    fc.assert(
      fc.property(anySize, (size) => {
        const leaves = edgeTiles(size).map(({ level, width }) => width * 256 ** level);
        assert.equal(
          leaves.reduce((sum, n) => sum + n, 0),
          size,
        );
        for (const tile of edgeTiles(size)) assert.deepEqual(tileIn(size, tile.level, tile.index), tile);
      }),
    );
  });
});

describe('tileIn()', () => {
  it('is full left of the edge, and refused right of it', () => {
    const size = treeSize(70_000);
    assert.deepEqual(tileIn(size, 0, 272), { level: 0, index: 272, width: 256 });
    for (const [level, index] of [
      [0, 274],
      [1, 2],
      [2, 1],
      [3, 0],
      [0, -1],
    ] as const) {
      refuses('out-of-range', () => tileIn(size, level, index));
    }
    refuses(
      'out-of-range',
      () => tileIn(treeSize(512), 0, 2),
      'tile: got index 2 at level 0, want one of a tree of size 512',
    );
  });
});

describe('tilePath() and bundlePath()', () => {
  it('spell the index as the specification does', () => {
    assert.equal(tilePath({ level: 0, index: 1_234_067, width: 256 }), 'tile/0/x001/x234/067');
    assert.equal(tilePath({ level: 1, index: 1_234_067, width: 8 }), 'tile/1/x001/x234/067.p/8');
    assert.equal(tilePath({ level: 0, index: 1000, width: 255 }), 'tile/0/x001/000.p/255');
    assert.equal(bundlePath('data', 0, 256), 'tile/data/000');
    assert.equal(bundlePath('entries', 999, 1), 'tile/entries/999.p/1');
  });

  it('refuse tiles that no log has', () => {
    const table = [
      { level: 6, index: 0, width: 1 },
      { level: -1, index: 0, width: 1 },
      { level: 0, index: -1, width: 1 },
      { level: 0, index: 2 ** 32, width: 1 },
      { level: 4, index: 1, width: 1 },
      { level: 0, index: 0, width: 0 },
      { level: 0, index: 0, width: 257 },
      { level: 0, index: 0.5, width: 1 },
    ];
    for (const tile of table) refuses('out-of-range', () => tilePath(tile));
    refuses('out-of-range', () => bundlePath('data', 2 ** 32, 1));
  });
});

describe('parsePublicPath()', () => {
  const index = fc.nat(2 ** 32 - 1);
  const width = fc.integer({ min: 1, max: 256 });

  it('reads the path of every tile and bundle', () => {
    fc.assert(
      fc.property(
        fc.nat(3),
        index,
        width,
        fc.constantFrom('data' as const, 'entries' as const),
        (level, n, w, bundle) => {
          const tile = { level, index: Math.floor(n / 256 ** level), width: w };
          assert.deepEqual(parsePublicPath(tilePath(tile)), { kind: 'tile', tile });
          assert.deepEqual(parsePublicPath(bundlePath(bundle, n, w)), { kind: 'bundle', bundle, index: n, width: w });
        },
      ),
    );
  });

  it('reads checkpoint and issuers', () => {
    const fingerprint = '0123456789abcdef'.repeat(4);
    assert.deepEqual(parsePublicPath('checkpoint'), { kind: 'checkpoint' });
    assert.deepEqual(parsePublicPath(`issuer/${fingerprint}`), { kind: 'issuer', fingerprint });
  });

  it('knows one spelling of everything, and nothing else', () => {
    const table = [
      '',
      '/checkpoint',
      'checkpoint/',
      'checkpoint\n',
      'Checkpoint',
      'tile/0/0',
      'tile/0/0000',
      'tile/0/x000/001',
      'tile/0/x000/x000/001',
      'tile/0/001/001',
      'tile/0/x001',
      'tile/0/x001/x002/',
      'tile/0/000.p/0',
      'tile/0/000.p/01',
      'tile/0/000.p/256',
      'tile/0/000.p/999',
      'tile/0/000.p/',
      'tile/0/000.p',
      'tile/0/000/1',
      'tile/00/000',
      'tile/6/000',
      'tile/63/000',
      'tile/-1/000',
      'tile/0/x004/x294/x967/296',
      'tile/4/001',
      'tile/0/x001/x000/x000/x000/000',
      'tile/data/../checkpoint',
      'tile/names/000',
      'tile/0//000',
      'tile/0/٠٠٠',
      'issuer/',
      `issuer/${'A'.repeat(64)}`,
      `issuer/${'a'.repeat(63)}`,
      `issuer/${'a'.repeat(65)}`,
      'private/tree',
      'log.json',
    ];
    for (const path of table) assert.equal(parsePublicPath(path), undefined, path);
  });

  it('knows the last tile of the greatest tree', () => {
    assert.deepEqual(parsePublicPath('tile/0/x004/x294/x967/295'), {
      kind: 'tile',
      tile: { level: 0, index: 2 ** 32 - 1, width: 256 },
    });
  });
});
