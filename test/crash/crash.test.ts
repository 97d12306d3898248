import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LayoutName } from '../../sequencer/core/layout.js';
import { createMemoryIndex } from '../../sequencer/index/memory-index.js';
import type { IdentityIndex } from '../../sequencer/ports/identity-index.js';
import { createMemoryLogStore } from '../../sequencer/storage/memory/memory-store.js';
import { createManualClock } from '../clock.js';
import type { Decide, Fate } from '../faulty-store.js';
import { createTestDeps, LAYOUTS } from '../log-deps.js';
import { audit } from './audit.js';
import { live } from './life.js';
import { createPromises } from './promises.js';
import { createWitness } from './witness.js';
import { doWork } from './work.js';

/** How far the clock is set back whenever a process starts: time is no friend. */
const SET_BACK_MS = 1_000;

/** How a process ends. */
interface Life {
  /** The operation on the store at which it dies; absent: it lives to its end. */
  readonly diesAt?: number | undefined;
  readonly decide: Decide;
  /** Whether its successor finds its index. */
  readonly keepsIndex: boolean;
}

const WORKS: Decide = () => 'done';

/** Nothing is answered from operation `diesAt` on; that one has its effect, or has not. */
function deathAt(diesAt: number, fate: 'silent' | 'dropped'): Pick<Life, 'diesAt' | 'decide'> {
  return { diesAt, decide: ({ number }) => (number === diesAt ? fate : 'done') };
}

/** Lets processes live one after the other on one store, the last one to its end, and audits what they leave. */
async function liveAll(layout: LayoutName, lives: readonly Life[]): Promise<number[]> {
  const witness = createWitness(createMemoryLogStore());
  const promises = createPromises();
  let index: IdentityIndex = createMemoryIndex();
  let nowMs: number | undefined;
  const operations: number[] = [];
  for (const [i, { decide, diesAt, keepsIndex }] of lives.entries()) {
    const clock = createManualClock(nowMs);
    const options = { layout, store: witness.store, index, clock, promises, decide, diesAt };
    operations.push(await live(options, async (user) => doWork(user, { name: `life ${i} entry`, layout, promises })));
    nowMs = clock.now() - SET_BACK_MS;
    if (!keepsIndex) index = createMemoryIndex();
  }
  await audit(createTestDeps({ layout, store: witness.store }), witness, promises);
  return operations;
}

const TO_THE_END: Life = { decide: WORKS, keepsIndex: true };

describe('A log whose process dies', () => {
  for (const layout of LAYOUTS) {
    it(`keeps every promise if it does not (${layout})`, async () => {
      const [operations = 0] = await liveAll(layout, [TO_THE_END, TO_THE_END]);
      assert.ok(operations > 50, `${operations} operations`);
    });

    for (const fate of ['silent', 'dropped'] as const) {
      const effect = fate === 'silent' ? 'after its effect' : 'before its effect';
      it(`keeps every promise, at whichever operation it dies, ${effect} (${layout})`, async function () {
        this.timeout(120_000);
        const [operations = 0] = await liveAll(layout, [TO_THE_END]);
        for (let diesAt = 1; diesAt <= operations; diesAt++) {
          await liveAll(layout, [{ ...deathAt(diesAt, fate), keepsIndex: diesAt % 2 === 0 }, TO_THE_END]);
        }
      });
    }
  }

  it('keeps every promise, however often it dies, also while it recovers', async function () {
    this.timeout(120_000);
    const life = fc.record({ diesAt: fc.integer({ min: 1, max: 60 }), effect: fc.boolean(), keepsIndex: fc.boolean() });
    const lives = fc.array(life, { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...LAYOUTS), lives, async (layout, deaths) => {
        const mortal = deaths.map(({ diesAt, effect, keepsIndex }) => ({
          ...deathAt(diesAt, effect ? 'silent' : 'dropped'),
          keepsIndex,
        }));
        await liveAll(layout, [...mortal, TO_THE_END]);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps every promise on a store that fails in every way in between', async function () {
    this.timeout(120_000);
    const fates = fc.array(
      fc.oneof(
        { weight: 12, arbitrary: fc.constant<Fate>('done') },
        { weight: 3, arbitrary: fc.constantFrom<Fate>('lost', 'refused', 'unsure') },
      ),
      { minLength: 20, maxLength: 200 },
    );
    const life = fc.record({ fates, diesAt: fc.integer({ min: 20, max: 300 }), keepsIndex: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LAYOUTS),
        fc.array(life, { minLength: 1, maxLength: 4 }),
        async (layout, all) => {
          const lives = all.map(({ fates: given, diesAt, keepsIndex }): Life => {
            return { decide: ({ number }) => given[number - 1] ?? 'done', diesAt, keepsIndex };
          });
          await liveAll(layout, [...lives, TO_THE_END]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
