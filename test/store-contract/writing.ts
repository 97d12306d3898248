import assert from 'node:assert/strict';
import { utf8 } from '../../tlog/bytes.js';
import type { Store } from '../../sequencer/ports/store.js';
import { swapped, textOf } from './objects.js';

const RIVALS = 16;

/** Declares what holds for create(). */
export function describeCreate(store: () => Store): void {
  describe('create()', () => {
    it('writes an object that is not there', async () => {
      assert.equal(await store().create('a/b/c.p/12', utf8('x')), 'created');
      assert.equal(await textOf(store(), 'a/b/c.p/12'), 'x');
    });

    it('leaves an object that is there as it is', async () => {
      await store().create('a', utf8('first'));
      const before = await store().read('a');
      assert.equal(await store().create('a', utf8('second')), 'exists');
      assert.deepEqual(await store().read('a'), before);
    });

    it('says so also of the same bytes', async () => {
      await store().create('a', utf8('same'));
      assert.equal(await store().create('a', utf8('same')), 'exists');
    });

    it('succeeds once of many at the same time, and the bytes are the winner’s', async () => {
      const results = await Promise.all(rivals(async (text) => store().create('dir/a', utf8(text))));
      assert.equal(results.filter((result) => result === 'created').length, 1);
      assert.equal(await textOf(store(), 'dir/a'), `rival ${results.indexOf('created')}`);
    });

    it('makes many objects of one new directory at the same time', async () => {
      const results = await Promise.all(rivals(async (text, i) => store().create(`new/dir/${i}`, utf8(text))));
      assert.ok(results.every((result) => result === 'created'));
    });
  });
}

/** Declares what holds for swap(). */
export function describeSwap(store: () => Store): void {
  describe('swap()', () => {
    it('writes an object that is not there if none is expected', async () => {
      await swapped(store(), 'dir/a', undefined, 'x');
      assert.equal(await textOf(store(), 'dir/a'), 'x');
    });

    it('changes nothing if none is expected, and one is there', async () => {
      await store().create('a', utf8('first'));
      assert.deepEqual(await store().swap('a', undefined, utf8('second')), { kind: 'conflict' });
      assert.equal(await textOf(store(), 'a'), 'first');
    });

    it('replaces the version that is expected, also that of a created object', async () => {
      await store().create('a', utf8('first'));
      const before = await store().read('a');
      await swapped(store(), 'a', before?.version, 'second');
      assert.equal(await textOf(store(), 'a'), 'second');
    });

    it('changes nothing if the version is an old one', async () => {
      const first = await swapped(store(), 'a', undefined, 'one');
      await swapped(store(), 'a', first, 'two');
      assert.deepEqual(await store().swap('a', first, utf8('three')), { kind: 'conflict' });
      assert.equal(await textOf(store(), 'a'), 'two');
    });

    it('writes nothing if a version is expected, and no object is there', async () => {
      const version = await swapped(store(), 'a', undefined, 'one');
      assert.deepEqual(await store().swap('b', version, utf8('two')), { kind: 'conflict' });
      assert.equal(await store().read('b'), undefined);
    });

    it('succeeds once of many at the same time that expect one version', async () => {
      const version = await swapped(store(), 'a', undefined, 'before');
      const results = await Promise.all(rivals(async (text) => store().swap('a', version, utf8(text))));
      const won = results.findIndex(({ kind }) => kind === 'swapped');
      assert.equal(results.filter(({ kind }) => kind === 'swapped').length, 1);
      assert.equal(await textOf(store(), 'a'), `rival ${won}`);
    });

    it('succeeds once of many at the same time that expect no object, creates among them', async () => {
      for (let round = 0; round < 20; round++) {
        const name = `round/${round}`;
        const results = await Promise.all(
          rivals(async (text, i) =>
            i % 2 === 0 ? store().create(name, utf8(text)) : (await store().swap(name, undefined, utf8(text))).kind,
          ),
        );
        const won = results.flatMap((result, i) => (result === 'created' || result === 'swapped' ? [i] : []));
        assert.equal(won.length, 1, `winners of round ${round}: ${won.join(', ')}`);
        assert.equal(await textOf(store(), name), `rival ${won[0]}`);
      }
    });
  });
}

/** Declares what holds for remove(). */
export function describeRemove(store: () => Store): void {
  describe('remove()', () => {
    it('removes an object', async () => {
      await store().create('a/b', utf8('x'));
      await store().remove('a/b');
      assert.equal(await store().read('a/b'), undefined);
    });

    it('has nothing against an object that is not there', async () => {
      await store().remove('absent');
      await store().remove('deeply/absent/object');
      await store().create('a', utf8('x'));
      await Promise.all([store().remove('a'), store().remove('a')]);
    });

    it('makes room for another object of the same name', async () => {
      await store().create('a', utf8('one'));
      await store().remove('a');
      assert.equal(await store().create('a', utf8('two')), 'created');
      assert.equal(await textOf(store(), 'a'), 'two');
    });
  });
}

function rivals<T>(act: (text: string, i: number) => Promise<T>): Promise<T>[] {
  return Array.from({ length: RIVALS }, async (_, i) => act(`rival ${i}`, i));
}
