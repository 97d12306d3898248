import assert from 'node:assert/strict';
import { chooseShard } from './shard.js';
import type { StartFlags } from './flags.js';

const MADE = Date.UTC(2026, 10, 22);

function flags(given: Partial<StartFlags>): StartFlags {
  const duration = { text: '1s', ms: 1_000 };
  const ports = { sequencerPort: 0, readPort: 0, personalityPort: 0, opsPort: 0 };
  return { mmd: duration, refreshAge: duration, ...ports, ...given };
}

describe('chooseShard()', () => {
  it('begins with the year in which the data directory was made, and spans three', () => {
    assert.deepEqual(chooseShard(flags({}), MADE), { startMs: Date.UTC(2026, 0), limitMs: Date.UTC(2029, 0) });
  });

  it('takes what was given', () => {
    const given = flags({ notAfterStart: Date.UTC(2025, 6, 1), notAfterLimit: Date.UTC(2025, 6, 9) });
    assert.deepEqual(chooseShard(given, MADE), { startMs: Date.UTC(2025, 6, 1), limitMs: Date.UTC(2025, 6, 9) });
  });

  it('refuses to be empty', () => {
    assert.throws(
      () => chooseShard(flags({ notAfterStart: Date.UTC(2029, 0) }), MADE),
      /^CommandError: The shard is empty/,
    );
  });
});
