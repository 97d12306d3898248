import assert from 'node:assert/strict';
import { utf8 } from '../../tlog/bytes.js';
import type { Store } from '../../sequencer/ports/store.js';
import { contentOf, swapped, textOf } from './objects.js';

/** Larger than any buffer on the way: 5 MiB and a few bytes. */
const LARGE_BYTES = 5 * 1024 * 1024 + 3;

const NOT_NAMES = [
  '',
  '/',
  '/etc/passwd',
  '..',
  '../above',
  'a/../b',
  'a/..',
  '.',
  './a',
  'a/./b',
  'a//b',
  'a/',
  'nul\0byte',
  'a\nb',
  'a b',
  'a\\b',
  'ä',
];

/** Declares what holds for read(). */
export function describeRead(store: () => Store): void {
  describe('read()', () => {
    it('finds nothing where nothing was written', async () => {
      assert.equal(await store().read('absent'), undefined);
      assert.equal(await store().read('deeply/absent/object'), undefined);
    });

    it('does not find the directory of other objects', async () => {
      await store().create('a/b/c', utf8('x'));
      assert.equal(await store().read('a/b/c/d'), undefined);
    });

    for (const { desc, size } of [
      { desc: 'an empty object', size: 0 },
      { desc: 'one byte', size: 1 },
      { desc: 'a large object', size: LARGE_BYTES },
    ]) {
      it(`returns ${desc} as it was created and as it was swapped`, async () => {
        const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31) % 251);
        await store().create('created', bytes);
        await store().swap('swapped', undefined, bytes);
        for (const name of ['created', 'swapped']) assert.ok(Buffer.from(await contentOf(store(), name)).equals(bytes));
      });
    }

    it('returns the version that the last swap returned', async () => {
      const first = await swapped(store(), 'a', undefined, 'one');
      assert.equal((await store().read('a'))?.version, first);
      const second = await swapped(store(), 'a', first, 'two');
      assert.equal((await store().read('a'))?.version, second);
      assert.notEqual(first, second);
    });

    it('returns a copy: nobody changes an object by changing bytes that were given or received', async () => {
      const given = utf8('original');
      await store().create('a', given);
      given.fill(0);
      (await contentOf(store(), 'a')).fill(1);
      assert.deepEqual(await textOf(store(), 'a'), 'original');
      const swappedIn = utf8('newer');
      await store().swap('b', undefined, swappedIn);
      swappedIn.fill(0);
      assert.deepEqual(await textOf(store(), 'b'), 'newer');
    });

    it('does so of a Buffer, too, whose own slice() would not be a copy', async () => {
      const given = Buffer.from('original');
      await store().create('a', given);
      given.fill(0);
      (await contentOf(store(), 'a')).fill(1);
      assert.deepEqual(await textOf(store(), 'a'), 'original');
    });
  });
}

/** Declares what holds for list(). */
export function describeList(store: () => Store): void {
  const namesFrom = async (prefix: string, from?: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const name of store().list(prefix, from)) names.push(name);
    return names;
  };

  describe('list()', () => {
    beforeEach(async () => {
      const names = ['a/10', 'a/2', 'a/b/1', 'a/b.x', 'ab/1', 'a.b/1', 'b', 'a/c/d/e'];
      for (const name of names) await store().create(name, utf8(name));
    });

    it('returns the names below the prefix and no others, in ascending order', async () => {
      assert.deepEqual(await namesFrom('a/'), ['a/10', 'a/2', 'a/b.x', 'a/b/1', 'a/c/d/e']);
      assert.deepEqual(await namesFrom('a/b/'), ['a/b/1']);
      assert.deepEqual(await namesFrom('a/c/'), ['a/c/d/e']);
    });

    it('begins with `from` itself, where it is there or not', async () => {
      assert.deepEqual(await namesFrom('a/', 'a/b.x'), ['a/b.x', 'a/b/1', 'a/c/d/e']);
      assert.deepEqual(await namesFrom('a/', 'a/b'), ['a/b.x', 'a/b/1', 'a/c/d/e']);
      assert.deepEqual(await namesFrom('a/', 'a/z'), []);
    });

    it('returns nothing where nothing is', async () => {
      assert.deepEqual(await namesFrom('absent/'), []);
    });

    it('sees what was created, swapped in and removed before', async () => {
      await store().swap('a/3', undefined, utf8('x'));
      await store().remove('a/2');
      assert.deepEqual(await namesFrom('a/', 'a/2'), ['a/3', 'a/b.x', 'a/b/1', 'a/c/d/e']);
    });

    it('can be read on while what it has returned is removed', async () => {
      const seen: string[] = [];
      for await (const name of store().list('a/')) {
        seen.push(name);
        await store().remove(name);
      }
      assert.equal(seen.length, 5);
      assert.deepEqual(await namesFrom('a/'), []);
    });

    for (const prefix of ['', 'a', '/', '../', 'a/../', 'a//']) {
      it(`refuses ${JSON.stringify(prefix)}, which is no prefix of names that ends in "/"`, async () => {
        await assert.rejects(namesFrom(prefix), RangeError);
      });
    }
  });
}

/** Declares which names are refused. */
export function describeNames(store: () => Store): void {
  describe('a name that is none', () => {
    for (const name of NOT_NAMES) {
      it(`is refused by every verb: ${JSON.stringify(name)}`, async () => {
        const bytes = utf8('x');
        await assert.rejects(async () => store().read(name), RangeError);
        await assert.rejects(async () => store().create(name, bytes), RangeError);
        await assert.rejects(async () => store().swap(name, undefined, bytes), RangeError);
        await assert.rejects(async () => store().remove(name), RangeError);
      });
    }
  });
}
