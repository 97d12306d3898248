import assert from 'node:assert/strict';
import { createTestDeps, type TestDeps } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { rewrite } from '../../test/stored-log.js';
import { testLeafHashes } from '../../test/trees.js';
import { appendLeaves, EMPTY_EDGE, type Edge, type TileContent } from '../../tlog/edge.js';
import { edgeTiles, tilePath } from '../../tlog/tile.js';
import { createTileReader } from './load-tile.js';

/** So that level 1 has a full tile, and level 2 a partial one. */
const LEAVES = 2 * 65_536 + 256 + 3;

describe('createTileReader()', () => {
  let deps: TestDeps;
  let edge: Edge;
  let tiles: TileContent[];
  const read = async ({ id }: TileContent): Promise<Uint8Array> =>
    createTileReader(deps, edge)(id, new AbortController().signal);
  const tile = (path: string): TileContent => {
    const found = tiles.find(({ id }) => tilePath(id) === path);
    assert.ok(found !== undefined, path);
    return found;
  };
  before(() => {
    deps = createTestDeps();
    ({ edge, tiles } = appendLeaves(deps.hasher, EMPTY_EDGE, testLeafHashes(LEAVES)));
  });
  beforeEach(async () => {
    deps = createTestDeps();
    for (const { id, hashes } of tiles) await deps.store.public.create(tilePath(id), hashes);
  });

  for (const path of ['tile/0/000', 'tile/0/255', 'tile/0/256', 'tile/0/512', 'tile/1/000', 'tile/1/001']) {
    it(`reads and vouches for ${path}`, async () => {
      assert.deepEqual(await read(tile(path)), tile(path).hashes);
    });

    it(`names ${path} if it is not what the tree was made of`, async () => {
      await rewrite(deps.store.public, path, (bytes) => bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte)));
      await assert.rejects(read(tile(path)), isRefusal('data-loss', path));
    });
  }

  it('has the partial tiles from the edge, and does not read them', async () => {
    for (const id of edgeTiles(edge.size)) {
      const wanted = tile(tilePath(id));
      await deps.store.public.remove(tilePath(id));
      assert.deepEqual(await read(wanted), wanted.hashes);
    }
  });

  it('names the tile above if that is what is damaged', async () => {
    await rewrite(deps.store.public, 'tile/1/001', (bytes) => bytes.map((byte) => byte ^ 1));
    await assert.rejects(read(tile('tile/0/256')), isRefusal('data-loss', 'tile/1/001'));
  });

  it('does not read a tile above again for its neighbours', async () => {
    const reads: string[] = [];
    const { store } = deps;
    const counting = {
      ...store,
      public: {
        ...store.public,
        read: async (name: string) => {
          reads.push(name);
          return store.public.read(name);
        },
      },
    };
    const reader = createTileReader({ ...deps, store: counting }, edge);
    for (const path of ['tile/0/000', 'tile/0/001', 'tile/0/002']) {
      await reader(tile(path).id, new AbortController().signal);
    }
    assert.deepEqual(reads, ['tile/0/000', 'tile/1/000', 'tile/0/001', 'tile/0/002']);
  });
});
