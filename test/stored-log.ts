import assert from 'node:assert/strict';
import type { Placed } from '../sequencer/core/batch-plan.js';
import type { LayoutName } from '../sequencer/core/layout.js';
import type { LogStore, Store } from '../sequencer/ports/store.js';
import { openIntegratorBench } from './integrator-bench.js';
import { testEntry, type TestDeps } from './log-deps.js';

/** A log as a process leaves it that was killed: with entries that are integrated, and some that are only durable. */
export interface StoredLog {
  readonly deps: TestDeps;
  readonly store: LogStore;
  /** Where each entry was told to be, in the order of their indices. */
  readonly placed: readonly Placed[];
}

/** How many entries a log has. */
export interface StoredLogSize {
  readonly layout: LayoutName;
  readonly integrated: number;
  /** The sizes of the batches that are durable and not integrated. */
  readonly journal?: readonly number[];
}

/** Makes a log with the entries `entry 0`, `entry 1`, … */
export async function storeLog({ layout, integrated, journal = [] }: StoredLogSize): Promise<StoredLog> {
  const { deps, add, integrate } = await openIntegratorBench({ layout });
  const placed: Placed[] = [];
  const addSome = async (count: number): Promise<void> => {
    await deps.clock.advance(1);
    const texts = Array.from({ length: count }, (_, i) => `entry ${placed.length + i}`);
    for (const { index, timestamp } of await add(...texts)) {
      placed.push({ index, timestamp, identity: testEntry(layout, `entry ${index}`).identity });
    }
  };
  // In several runs, so that there are partial tiles and bundles that the tree has moved past.
  for (const part of [Math.ceil(integrated / 3), integrated - Math.ceil(integrated / 3)]) {
    if (part > 0) await addSome(part);
    await integrate();
  }
  for (const count of journal) await addSome(count);
  return { deps, store: deps.store, placed };
}

/** What can happen to the bytes of an object; one bit of the first is flipped. */
export type Damage = 'missing' | 'flipped' | 'truncated' | 'extended' | 'emptied';

/** Does it to an object that is there. */
export async function damage(store: Store, name: string, kind: Damage): Promise<void> {
  if (kind === 'missing') {
    assert.ok((await store.read(name)) !== undefined, `${name} is there`);
    await store.remove(name);
    return;
  }
  await rewrite(store, name, (bytes) => damaged(bytes, kind));
}

/** Changes the bytes of an object behind everybody's back. */
export async function rewrite(store: Store, name: string, change: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const stored = await store.read(name);
  assert.ok(stored !== undefined, `${name} is there`);
  await store.swap(name, stored.version, change(stored.bytes));
}

function damaged(bytes: Uint8Array, kind: Exclude<Damage, 'missing'>): Uint8Array {
  switch (kind) {
    case 'flipped':
      return bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    case 'truncated':
      return bytes.slice(0, -1);
    case 'extended':
      return Uint8Array.from([...bytes, 0]);
    case 'emptied':
      return new Uint8Array(0);
  }
}
