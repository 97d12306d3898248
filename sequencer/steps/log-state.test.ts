import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import { INTEGRATION_DELAY_MS, openLogBench, startLogBench } from '../../test/log-bench.js';
import type { LogState } from './log-state.js';

describe('Log.state()', () => {
  const figures = ({ nextIndex, integratedSize, published, oldestUnpublished }: LogState): unknown => ({
    nextIndex,
    integratedSize,
    publishedSize: published?.size,
    oldestUnpublished,
  });

  it('knows of no checkpoint before the log has started for the first time', () => {
    const { log } = startLogBench();
    assert.deepEqual(log.state(), { mode: 'starting', stopReason: '', nextIndex: 0, integratedSize: 0 });
  });

  it('follows an entry from durable to integrated to published', async () => {
    const { log, add, deps, faults } = await openLogBench();
    const addedMs = deps.clock.now();
    await add(['a']);
    await deps.clock.advance(1);
    await add(['b']);
    const tree = faults.hold({ operation: 'swap', name: /^tree$/ });
    const checkpoint = faults.hold({ operation: 'swap', name: /^checkpoint$/ });
    await deps.clock.advance(INTEGRATION_DELAY_MS);
    await tree.arrived;
    const durable = { nextIndex: 2, integratedSize: 0, publishedSize: 0, oldestUnpublished: addedMs };
    assert.deepEqual(figures(log.state()), durable);
    tree.release();
    await checkpoint.arrived;
    assert.deepEqual(figures(log.state()), { ...durable, integratedSize: 2 });
    checkpoint.release();
    await settle();
    const published = { nextIndex: 2, integratedSize: 2, publishedSize: 2, oldestUnpublished: undefined };
    assert.deepEqual(figures(log.state()), published);
  });

  it('says since when entries wait while publication fails, and of the oldest of them', async () => {
    const { log, add, deps, faults } = await openLogBench();
    const addedMs = deps.clock.now();
    faults.order({ operation: 'swap', name: /^checkpoint$/ }, 'refused', 3);
    await add(['a']);
    await deps.clock.advance(2 * INTEGRATION_DELAY_MS);
    await add(['b']);
    assert.deepEqual(figures(log.state()), {
      nextIndex: 2,
      integratedSize: 1,
      publishedSize: 0,
      oldestUnpublished: addedMs,
    });
    await deps.clock.advance(10_000);
    assert.equal(log.state().oldestUnpublished, undefined);
  });

  it('says what was last published while the log recovers', async () => {
    const { log, add, deps, faults } = await openLogBench();
    await add(['a']);
    await deps.clock.advance(INTEGRATION_DELAY_MS);
    faults.order({ operation: 'swap', name: /^tree$/ }, 'unsure');
    faults.order({ operation: 'read' }, 'refused', 1_000);
    await add(['b']);
    await deps.clock.advance(INTEGRATION_DELAY_MS);
    assert.equal(log.state().mode, 'starting');
    assert.equal(log.state().published?.size, 1);
    assert.ok(log.state().integratedSize >= 1 && log.state().nextIndex >= log.state().integratedSize);
  });
});
