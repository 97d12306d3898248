import assert from 'node:assert/strict';
import { createManualClock } from '../../test/clock.js';
import { generateLog } from '../../test/public-log/generated-log.js';
import { TlogError } from '../../tlog/error.js';
import { leafIndex } from '../../tlog/scalars.js';
import { createCheckpointWatch } from './checkpoint-watch.js';

const ROOT = new Uint8Array(32);

describe('createCheckpointWatch()', () => {
  const { signal } = new AbortController();

  it('waits until a checkpoint covers the index', async () => {
    const clock = createManualClock();
    const log = generateLog('static-ct', 3);
    const watch = createCheckpointWatch(log, { clock, timeoutMs: 10_000 });
    const covering = watch.covering(leafIndex(3), signal);
    await clock.advance(1_000);
    log.sign({ size: 4, root: ROOT });
    await clock.advance(1_000);
    assert.equal((await covering)?.size, 4);
  });

  it('gives up in time', async () => {
    const clock = createManualClock();
    const watch = createCheckpointWatch(generateLog('static-ct', 3), { clock, timeoutMs: 10_000 });
    const covering = watch.covering(leafIndex(3), signal);
    await clock.advance(11_000);
    assert.equal(await covering, undefined);
  });

  it('asks once, however many wait', async () => {
    const clock = createManualClock();
    const log = generateLog('static-ct', 3);
    let asked = 0;
    const read = (path: string): Promise<Uint8Array | undefined> => {
      asked++;
      return log.objects.read(path);
    };
    const watch = createCheckpointWatch({ ...log, objects: { where: '', read } }, { clock, timeoutMs: 10_000 });
    await Promise.all([0, 1, 2].map((i) => watch.covering(leafIndex(i), signal)));
    assert.equal(asked, 1);
    await watch.covering(leafIndex(2), signal);
    assert.equal(asked, 1, 'what is known already is not asked for');
  });

  it('does not take the checkpoint of another log', async () => {
    const log = { ...generateLog('static-ct', 3), identity: generateLog('static-ct', 3).identity };
    const watch = createCheckpointWatch(log, { clock: createManualClock(), timeoutMs: 10_000 });
    await assert.rejects(watch.covering(leafIndex(0), signal), TlogError);
  });
});
