import assert from 'node:assert/strict';
import { settle } from '../../test/clock.js';
import {
  CHECKPOINT_SWAP,
  openIntegratorBench,
  TILE_CREATE,
  TREE_SWAP,
  type IntegratorBench,
} from '../../test/integrator-bench.js';
import { LAYOUTS } from '../../test/log-deps.js';
import { isRefusal } from '../../test/refusals.js';
import { utf8 } from '../../tlog/bytes.js';
import { sha256Of } from '../../tlog/hash.js';
import { decodeTreeState } from '../core/tree-state.js';

/** Longer than the pause after a run that failed. */
const LATER_MS = 1_000;

describe('createIntegrator()', () => {
  let bench: IntegratorBench;
  beforeEach(async () => {
    bench = await openIntegratorBench();
  });

  describe('when the store fails', () => {
    for (const { desc, match, fate } of [
      { desc: 'a tile is not written', match: TILE_CREATE, fate: 'refused' },
      { desc: 'a tile may not have been written', match: TILE_CREATE, fate: 'unsure' },
      { desc: 'the answer to the write of a tile is lost', match: TILE_CREATE, fate: 'lost' },
      { desc: 'the tree is not moved', match: TREE_SWAP, fate: 'refused' },
      { desc: 'the checkpoint is not published', match: CHECKPOINT_SWAP, fate: 'refused' },
    ] as const) {
      it(`says that it is not available, and repeats the run by itself: ${desc}`, async () => {
        const { add, integrate, checkpoint, faults, deps, events } = bench;
        await add('a', 'b');
        faults.order(match, fate);
        await assert.rejects(integrate(), isRefusal('unavailable'));
        assert.deepEqual(deps.metrics.told.failed, ['integration']);
        assert.equal((await checkpoint()).size, 0);
        await deps.clock.advance(LATER_MS);
        assert.equal((await checkpoint()).size, 2);
        assert.deepEqual(events.failures, []);
      });
    }

    it('publishes what was signed and not published, and signs nothing else', async () => {
      const { add, integrate, checkpoint, faults, deps, ledger, events } = bench;
      await add('a');
      faults.order(CHECKPOINT_SWAP, 'refused');
      await assert.rejects(integrate(), isRefusal('unavailable'));
      assert.deepEqual(events.integrated, [1]);
      const signed = ledger.tree.checkpoint;
      await deps.clock.advance(LATER_MS);
      assert.deepEqual((await checkpoint()).note, signed);
      assert.deepEqual(ledger.published.note, signed);
      assert.equal(events.published.length, 1);
    });

    it('goes on repeating, at a pause, while it fails', async () => {
      const { add, checkpoint, faults, deps } = bench;
      faults.order(TREE_SWAP, 'refused', 5);
      await add('a');
      await deps.clock.advance(10 * LATER_MS);
      assert.equal((await checkpoint()).size, 1);
      assert.equal(deps.metrics.told.failed.length, 5);
    });

    it('waits for all writes of a run that fails, before it is repeated', async () => {
      const { add, integrate, faults, deps } = bench;
      await add('a');
      const held = faults.hold(TILE_CREATE);
      faults.order(TILE_CREATE, 'refused');
      const run = assert.rejects(integrate(), isRefusal('unavailable'));
      await deps.clock.advance(LATER_MS);
      assert.equal(faults.calls.filter(({ name }) => name.startsWith('tile/')).length, 2);
      held.release();
      await run;
    });

    for (const { desc, match } of [
      { desc: 'the tree', match: TREE_SWAP },
      { desc: 'the checkpoint', match: CHECKPOINT_SWAP },
    ]) {
      for (const fate of ['lost', 'unsure'] as const) {
        it(`stops if it cannot know whether ${desc} was swapped (${fate}), and does not accuse anybody`, async () => {
          const { add, integrate, faults, events, deps } = bench;
          await add('a');
          const held = faults.hold(match);
          const first = assert.rejects(integrate(), isRefusal('unavailable'));
          await held.arrived;
          await add('b');
          const waiting = assert.rejects(integrate(true), isRefusal('unavailable'));
          held.release(fate);
          await Promise.all([first, waiting]);
          assert.equal(events.failures.length, 1);
          await assert.rejects(integrate(), isRefusal('unavailable'));
          await deps.clock.advance(LATER_MS);
          const after = await openIntegratorBench({ store: deps.store, clock: deps.clock });
          await after.integrate();
          assert.equal((await after.checkpoint()).size, 2);
        });
      }
    }
  });

  describe('when something contradicts', () => {
    const stops = async (object: string): Promise<void> => {
      const { integrate, events, deps, checkpoint } = bench;
      const before = await checkpoint();
      await assert.rejects(integrate(true), isRefusal('data-loss', object));
      assert.equal(events.failures.length, 1);
      await assert.rejects(integrate(), isRefusal('unavailable'));
      await deps.clock.advance(LATER_MS);
      assert.deepEqual(await checkpoint(), before);
    };

    it('stops if somebody else has changed the tree', async () => {
      const { add, deps } = bench;
      await add('a');
      const tree = await deps.store.private.read('tree');
      await deps.store.private.swap('tree', tree?.version, tree?.bytes ?? new Uint8Array());
      await stops('tree');
    });

    it('stops if somebody else has changed the checkpoint', async () => {
      const { integrate, deps, events } = bench;
      const { version } = (await deps.store.public.read('checkpoint')) ?? {};
      await deps.store.public.swap('checkpoint', version, utf8('something else'));
      await assert.rejects(integrate(true), isRefusal('data-loss', 'checkpoint'));
      assert.equal(events.failures.length, 1);
    });

    for (const name of ['tile/0/000.p/1', 'tile/data/000.p/1']) {
      it(`stops if ${name} is there with other bytes`, async () => {
        await bench.deps.store.public.create(name, utf8('something else'));
        await bench.add('a');
        await stops(name);
      });
    }

    it('goes on if what it writes is there already, as a run that was cut short leaves it', async () => {
      const { add, integrate, faults, deps, checkpoint } = bench;
      await add('a');
      faults.order(TREE_SWAP, 'refused');
      await assert.rejects(integrate(), isRefusal('unavailable'));
      await deps.clock.advance(LATER_MS);
      assert.equal((await checkpoint()).size, 1);
    });

    it('does not sign a tree that does not contain the last one that was signed', async () => {
      const { add, integrate, ledger } = bench;
      await add('a');
      await integrate();
      ledger.tree = { ...ledger.tree, root: sha256Of(new Uint8Array(32)) };
      await add('b');
      await stops('tree');
    });

    it('does not store a signature that does not verify', async () => {
      const { add, deps } = bench;
      const [signer] = deps.signers;
      assert.ok(signer !== undefined);
      const broken = { ...signer, sign: () => ({ ...signer.verifier, signature: new Uint8Array(80) }) };
      (deps.signers as (typeof signer)[]).splice(0, 1, broken);
      await add('a');
      await assert.rejects(bench.integrate(), isRefusal('data-loss', 'tree'));
      const tree = await deps.store.private.read('tree');
      assert.equal(decodeTreeState(tree?.bytes ?? new Uint8Array()).size, 0);
    });
  });

  for (const layout of LAYOUTS) {
    it(`writes the same bytes again when a run is repeated, over several tiles (${layout})`, async () => {
      const { add, integrate, faults, events, deps } = await openIntegratorBench({ layout });
      for (const upTo of [200, 300, 600]) {
        for (let i = 0; i < upTo; i += 100) await add(...Array.from({ length: 100 }, (_, k) => `${upTo} ${i + k}`));
        faults.order({ operation: 'create', name: /^(tile|stamps)\// }, 'lost');
        faults.order(TREE_SWAP, 'refused');
        await assert.rejects(integrate(), isRefusal('unavailable'));
        await assert.rejects(integrate(), isRefusal('unavailable'));
        await integrate();
        await settle();
      }
      assert.deepEqual(events.failures, []);
      const reopened = await openIntegratorBench({ layout, store: deps.store });
      assert.equal(reopened.ledger.tree.size, 1_100);
    });
  }
});
