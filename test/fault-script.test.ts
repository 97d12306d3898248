import assert from 'node:assert/strict';
import { StoreError, type LogStore } from '../sequencer/ports/store.js';
import { createMemoryLogStore } from '../sequencer/storage/memory/memory-store.js';
import { utf8 } from '../tlog/bytes.js';
import { settle } from './clock.js';
import { createFaultScript, type FaultScript } from './fault-script.js';
import type { Fate } from './faulty-store.js';

describe('createFaultScript()', () => {
  let inner: LogStore;
  let faults: FaultScript;
  beforeEach(() => {
    inner = createMemoryLogStore();
    faults = createFaultScript(inner);
  });
  const create = async (name: string): Promise<unknown> => faults.store.private.create(name, utf8('x'));
  const stored = async (name: string): Promise<boolean> => (await inner.private.read(name)) !== undefined;

  it('does what it is asked when nothing was ordered, and writes it down', async () => {
    assert.equal(await create('a'), 'created');
    await faults.store.public.read('b');
    for await (const name of faults.store.private.list('dir/')) assert.ok(name === '');
    assert.deepEqual(faults.calls, [
      { number: 1, space: 'private', operation: 'create', name: 'a' },
      { number: 2, space: 'public', operation: 'read', name: 'b' },
      { number: 3, space: 'private', operation: 'list', name: 'dir/' },
    ]);
  });

  for (const { fate, effect, answer } of [
    { fate: 'done', effect: true, answer: 'created' },
    { fate: 'lost', effect: true, answer: 'unknown' },
    { fate: 'silent', effect: true, answer: 'nothing' },
    { fate: 'refused', effect: false, answer: 'none' },
    { fate: 'unsure', effect: false, answer: 'unknown' },
    { fate: 'dropped', effect: false, answer: 'nothing' },
  ] as const) {
    it(`has ${effect ? 'the' : 'no'} effect, and answers ${answer}, when the fate is ${fate}`, async () => {
      faults.order({ operation: 'create', name: /^a$/ }, fate);
      assert.equal(await answerOf(create('a')), answer);
      assert.equal(await stored('a'), effect);
    });
  }

  it('never says of a read that it may have had an effect', async () => {
    faults.order({ operation: 'read' }, 'unsure' satisfies Fate);
    assert.equal(await answerOf(faults.store.public.read('a')), 'none');
  });

  it('takes orders for what matches alone, and as often as was said', async () => {
    faults.order({ space: 'private', operation: 'create', name: /^a/ }, 'refused', 2);
    assert.equal(await answerOf(faults.store.public.create('a', utf8('x'))), 'created');
    assert.equal(await answerOf(create('b')), 'created');
    assert.deepEqual([await answerOf(create('a1')), await answerOf(create('a2'))], ['none', 'none']);
    assert.equal(await answerOf(create('a3')), 'created');
  });

  it('holds an operation back, before its effect, until it is let go', async () => {
    const held = faults.hold({ name: /^a$/ });
    const answer = create('a');
    assert.equal((await held.arrived).number, 1);
    await settle();
    assert.equal(await stored('a'), false);
    held.release();
    assert.equal(await answer, 'created');
  });

  it('lets it go to another fate', async () => {
    const held = faults.hold({ name: /^a$/ });
    const answer = answerOf(create('a'));
    held.release('lost');
    assert.equal(await answer, 'unknown');
    assert.equal(await stored('a'), true);
  });
});

/** The answer, or the effect that an error tells of; `nothing` where none comes. */
async function answerOf(operation: Promise<unknown>): Promise<unknown> {
  const answered = operation.catch((error: unknown) => (error instanceof StoreError ? error.effect : error));
  return Promise.race([answered, settle().then(() => 'nothing')]);
}
