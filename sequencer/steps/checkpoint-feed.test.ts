import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { settle } from '../../test/clock.js';
import { isRefusal } from '../../test/refusals.js';
import { utf8 } from '../../tlog/bytes.js';
import { EMPTY_ROOT } from '../../tlog/hash.js';
import { timestampMs, treeSize } from '../../tlog/scalars.js';
import { dataLoss } from '../core/sequencer-error.js';
import type { SignedCheckpoint } from '../core/signed-checkpoint.js';
import { createCheckpointFeed, type CheckpointFeed } from './checkpoint-feed.js';

describe('createCheckpointFeed()', () => {
  let feed: CheckpointFeed;
  let watcher: AbortController;
  beforeEach(() => {
    feed = createCheckpointFeed();
    watcher = new AbortController();
  });
  const watch = (): AsyncIterator<SignedCheckpoint> => feed.watch(watcher.signal)[Symbol.asyncIterator]();
  const stopped = dataLoss('tree', 'it is damaged');

  it('has no checkpoint at first, and then the newest', () => {
    assert.equal(feed.current(), undefined);
    feed.publish(checkpoint(1));
    feed.publish(checkpoint(2));
    assert.equal(feed.current()?.timestamp, 2);
  });

  it('begins with the current one', async () => {
    feed.publish(checkpoint(1));
    assert.equal(await nextOf(watch()), 1);
  });

  it('waits for the first where there is none', async () => {
    const first = nextOf(watch());
    await settle();
    feed.publish(checkpoint(1));
    assert.equal(await first, 1);
  });

  it('hands every one to every watcher who keeps up', async () => {
    const watchers = [watch(), watch()];
    for (const timestamp of [1, 2, 3]) {
      const seen = Promise.all(watchers.map(nextOf));
      feed.publish(checkpoint(timestamp));
      assert.deepEqual(await seen, [timestamp, timestamp]);
    }
  });

  it('lets a slow watcher skip to the newest', async () => {
    const slow = watch();
    feed.publish(checkpoint(1));
    assert.equal(await nextOf(slow), 1);
    for (const timestamp of [2, 3, 4]) feed.publish(checkpoint(timestamp));
    assert.equal(await nextOf(slow), 4);
  });

  it('does not repeat a checkpoint that is published again, as a log that has recovered does', async () => {
    const iterator = watch();
    feed.publish(checkpoint(1));
    assert.equal(await nextOf(iterator), 1);
    const next = nextOf(iterator);
    feed.publish(checkpoint(1));
    await settle();
    feed.publish(checkpoint(2));
    assert.equal(await next, 2);
  });

  it('ends a watch with its signal, and listens to it no longer', async () => {
    feed.publish(checkpoint(1));
    const iterator = watch();
    await nextOf(iterator);
    const next = iterator.next();
    watcher.abort();
    assert.equal((await next).done, true);
    assert.equal((await watch().next()).done, true);
    assert.equal(getEventListeners(watcher.signal, 'abort').length, 0);
  });

  it('keeps nothing of a watch that was left in the middle', async () => {
    feed.publish(checkpoint(1));
    for await (const { timestamp } of feed.watch(watcher.signal)) {
      assert.equal(timestamp, 1);
      break;
    }
    feed.publish(checkpoint(2));
    assert.equal(getEventListeners(watcher.signal, 'abort').length, 0);
  });

  it('tells every watcher why it has ended, after what it has not seen yet, and those who come later', async () => {
    const [waiting, behind] = [watch(), watch()];
    feed.publish(checkpoint(1));
    await Promise.all([nextOf(waiting), nextOf(behind)]);
    const end = assert.rejects(waiting.next(), isRefusal('data-loss', 'tree'));
    await settle();
    feed.end(stopped);
    await end;
    await assert.rejects(behind.next(), isRefusal('data-loss', 'tree'));
    const late = watch();
    assert.equal(await nextOf(late), 1);
    await assert.rejects(late.next(), isRefusal('data-loss', 'tree'));
  });

  it('gives the first reason for its end to everybody', async () => {
    feed.end(stopped);
    feed.end(dataLoss('checkpoint', 'it is damaged too'));
    await assert.rejects(watch().next(), isRefusal('data-loss', 'tree'));
  });
});

function checkpoint(timestamp: number): SignedCheckpoint {
  return { size: treeSize(0), root: EMPTY_ROOT, timestamp: timestampMs(timestamp), note: utf8(`note ${timestamp}`) };
}

async function nextOf(iterator: AsyncIterator<SignedCheckpoint>): Promise<number> {
  const next = await iterator.next();
  assert.ok(next.done !== true, 'the watch goes on');
  return next.value.timestamp;
}
