import assert from 'node:assert/strict';
import { settle } from '../test/clock.js';
import { inOrder } from './in-order.js';

describe('inOrder()', () => {
  it('yields in the order of the items, whatever ends first', async () => {
    const release: (() => void)[] = [];
    const work = (item: number): Promise<number> => new Promise((resolve) => release.push(() => resolve(item)));
    const results: number[] = [];
    const all = (async () => {
      for await (const result of inOrder([1, 2, 3], 3, work)) results.push(result);
    })();
    await settle();
    for (const done of release.toReversed()) done();
    await all;
    assert.deepEqual(results, [1, 2, 3]);
  });

  it('never has more in hand than it may, however slowly results are taken', async () => {
    let [inHand, most] = [0, 0];
    const work = (item: number): Promise<number> => {
      most = Math.max(most, ++inHand);
      return Promise.resolve(item);
    };
    const results: number[] = [];
    for await (const result of inOrder(Array(50).keys(), 4, work)) {
      inHand--;
      results.push(result);
      await settle();
    }
    assert.equal(most, 4);
    assert.equal(results.length, 50);
  });

  it('fails with the first failure in that order, when all that was begun has ended', async () => {
    const ended: number[] = [];
    const work = async (item: number): Promise<number> => {
      await settle();
      ended.push(item);
      if (item >= 2) throw new Error(`no ${item}`);
      return item;
    };
    const results: number[] = [];
    await assert.rejects(async () => {
      for await (const result of inOrder([1, 2, 3, 4, 5], 3, work)) results.push(result);
    }, new Error('no 2'));
    assert.deepEqual(results, [1]);
    assert.deepEqual(ended, [1, 2, 3, 4]);
  });
});
