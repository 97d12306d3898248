import assert from 'node:assert/strict';
import { LEAF_INDEX_LIMIT, leafIndex, timestampMs } from '../../tlog/scalars.js';
import { checkpointOf } from '../../test/personality-ct/checkpoints.js';
import type { AddedEntry } from '../ports/sequencer.js';
import { checkAdded, TIMESTAMP_AHEAD_MAX_MS } from './check-added.js';

const NOW = timestampMs(1_751_673_600_000);

function entry(index: number, facts: { timestamp?: number; duplicate?: boolean } = {}): AddedEntry {
  const { timestamp = NOW, duplicate = false } = facts;
  return { index: leafIndex(index), timestamp: timestampMs(timestamp), duplicate };
}

function problemOf(
  entries: readonly AddedEntry[],
  facts: { sent?: number; waitFor?: 'durable' | 'published'; size?: number | undefined; checkpointAt?: number } = {},
): string | undefined {
  const { sent = entries.length, waitFor = 'published', size = 100, checkpointAt = NOW + 1 } = facts;
  const checkpoint = 'size' in facts && facts.size === undefined ? undefined : checkpointOf(size, checkpointAt);
  const answer = checkAdded({ entries, checkpoint }, { sent, waitFor, now: NOW });
  if (answer.kind === 'answered') return undefined;
  assert.equal(answer.failure.code, 'contradiction');
  return answer.failure.message;
}

describe('checkAdded()', () => {
  it('takes new entries in order, and duplicates of anything below the tree size', () => {
    assert.equal(problemOf([entry(7), entry(2, { duplicate: true, timestamp: 5 }), entry(8), entry(99)]), undefined);
  });

  const rows: { desc: string; problem: () => string | undefined; says: RegExp }[] = [
    {
      desc: 'fewer answers than entries',
      problem: () => problemOf([entry(1)], { sent: 2 }),
      says: /2 entries were sent, 1 answered/,
    },
    {
      desc: 'more answers than entries',
      problem: () => problemOf([entry(1), entry(2)], { sent: 1 }),
      says: /1 entries were sent, 2/,
    },
    {
      desc: 'no checkpoint, where one was waited for',
      problem: () => problemOf([entry(1)], { size: undefined }),
      says: /no checkpoint/,
    },
    {
      desc: 'an index that the checkpoint does not cover',
      problem: () => problemOf([entry(100)]),
      says: /index 100 is not below the tree size 100/,
    },
    {
      desc: 'an entry later than its checkpoint',
      problem: () => problemOf([entry(1, { timestamp: NOW + 2 })]),
      says: /is after that of its checkpoint/,
    },
    {
      desc: 'no timestamp, as when a lookup failed',
      problem: () => problemOf([entry(0, { timestamp: 0, duplicate: true })]),
      says: /without a timestamp/,
    },
    {
      desc: 'a timestamp too far ahead',
      problem: () => {
        const timestamp = NOW + TIMESTAMP_AHEAD_MAX_MS + 1;
        return problemOf([entry(1, { timestamp })], { checkpointAt: timestamp });
      },
      says: /60001 ms ahead of this machine's clock/,
    },
    {
      desc: 'two new entries with one index',
      problem: () => problemOf([entry(5), entry(5)]),
      says: /new index 5 is not above/,
    },
    {
      desc: 'new entries out of order',
      problem: () => problemOf([entry(6), entry(5)]),
      says: /new index 5 is not above that of the entry before, 6/,
    },
  ];
  for (const { desc, problem, says } of rows) {
    it(`refuses ${desc}`, () => {
      assert.match(String(problem()), says);
    });
  }

  it('takes a timestamp just so far ahead', () => {
    const timestamp = NOW + TIMESTAMP_AHEAD_MAX_MS;
    assert.equal(problemOf([entry(1, { timestamp })], { checkpointAt: timestamp }), undefined);
  });

  it('asks for no checkpoint where durability was waited for, and looks at none', () => {
    const last = entry(LEAF_INDEX_LIMIT - 1);
    assert.equal(problemOf([last], { waitFor: 'durable', size: undefined }), undefined);
    assert.equal(problemOf([last], { waitFor: 'durable', size: 3 }), undefined);
  });
});
