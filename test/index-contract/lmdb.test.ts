import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLmdbIndex } from '../../sequencer/index/lmdb-index.js';
import type { IdentityIndex } from '../../sequencer/ports/identity-index.js';
import { useChildren } from '../child-process.js';
import { useTemporaryDirectory } from '../temporary-directory.js';
import { checkHolds, describeIndex } from './index-contract.js';
import { placedFrom } from './places.js';

const CHILD = fileURLToPath(new URL('./child/main.js', import.meta.url));
const OWNER = 'log.example/test+0123+key';

/** What `ulimit -f` of the child is: 0.25 to 0.5 MiB, whether the shell counts in blocks of 512 or 1,024 bytes. */
const FILE_LIMIT_BLOCKS = 512;

describe('openLmdbIndex()', () => {
  const directory = useTemporaryDirectory();
  const path = (): string => join(directory(), 'log', 'index');
  const open = async (log = OWNER): Promise<IdentityIndex> => openLmdbIndex({ path: path(), log });

  describeIndex('the LMDB index', open);

  it('still knows everything when it is opened again', async () => {
    const before = await open();
    await before.append(placedFrom(0, 1_000));
    await before.close();
    const after = await open();
    checkHolds(after, 1_000);
    await after.append(placedFrom(1_000, 1_001));
    checkHolds(after, 1_001);
    await after.close();
  });

  it('knows nothing when it belonged to another log', async () => {
    const before = await open();
    await before.append(placedFrom(0, 10));
    await before.close();
    const other = await open('log.example/other+0123+key');
    checkHolds(other, 0, 10);
    await other.append(placedFrom(0, 2));
    await other.close();
    const own = await open();
    checkHolds(own, 0, 10);
    await own.close();
  });

  it('begins anew when its files were removed', async () => {
    const before = await open();
    await before.append(placedFrom(0, 10));
    await before.close();
    await rm(path(), { recursive: true });
    const after = await open();
    checkHolds(after, 0, 10);
    await after.close();
    assert.ok((await readdir(path())).length > 0);
  });

  describe('in a process of its own', () => {
    const start = useChildren();

    for (const appendedBefore of [1, 5, 40]) {
      it(`covers exactly what it says after a kill in the middle of appends, ${appendedBefore} of them`, async () => {
        const child = start(process.execPath, [CHILD, 'append', path(), OWNER]);
        let appended = 0;
        for (let i = 0; i < appendedBefore; i++) ({ appended } = await child.line<{ appended: number }>());
        await child.kill();
        const index = await open();
        assert.ok(index.size() >= appended, `${index.size()} entries, and ${appended} were appended`);
        checkHolds(index, index.size(), index.size() + 200);
        await index.close();
      });
    }

    it('survives a disk that takes no more, and covers exactly what it says', async () => {
      const limited = `ulimit -f ${FILE_LIMIT_BLOCKS} && exec "$0" "$@"`;
      const child = start('/bin/sh', ['-c', limited, process.execPath, CHILD, 'fill', path(), OWNER]);
      let appended = 0;
      const sizes: number[] = [];
      for (let line = await child.line<FillLine>(); line.closed !== true; line = await child.line<FillLine>()) {
        if (line.appended !== undefined) appended = line.appended;
        if (line.size !== undefined) sizes.push(line.size);
      }
      assert.equal(await child.end(), 0);
      assert.deepEqual(sizes, [appended, appended, appended]);
      const index = await open();
      checkHolds(index, appended, appended + 200);
      await index.append(placedFrom(appended, appended + 1));
      await index.close();
    });
  });
});

interface FillLine {
  readonly appended?: number;
  readonly size?: number;
  readonly closed?: boolean;
}
