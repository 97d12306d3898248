import assert from 'node:assert/strict';
import { CHECKPOINT_OBJECT, LOG_JSON_OBJECT, TREE_OBJECT } from '../../sequencer/core/object-names.js';
import { decodeTreeState } from '../../sequencer/core/tree-state.js';
import type { LogStore, Store } from '../../sequencer/ports/store.js';
import { equalBytes } from '../../tlog/bytes.js';

/** Somebody who sees every change of a store, at the moment of its effect, whoever made it and whatever was answered. */
export interface Witness {
  /** The store, watched. */
  readonly store: LogStore;
  /** Every checkpoint that was public, in order. */
  readonly published: readonly Uint8Array[];
  /** Every checkpoint that was signed and stored, in order. */
  readonly signed: readonly Uint8Array[];
  /** The names of the public objects that may never change. */
  readonly immutable: ReadonlySet<string>;
  /** Whether each of those still has its bytes. @throws AssertionError */
  checkUnchanged(): Promise<void>;
}

/** Watches `inner` from now on. */
export function createWitness(inner: LogStore): Witness {
  const published: Uint8Array[] = [];
  const signed: Uint8Array[] = [];
  const created = new Map<string, Uint8Array>();
  return {
    store: {
      public: watched(inner.public, {
        created: (name, bytes) => created.set(name, bytes.slice()),
        swapped(name, bytes) {
          assert.ok(name === CHECKPOINT_OBJECT || name === LOG_JSON_OBJECT, `${name} was swapped`);
          if (name === CHECKPOINT_OBJECT) published.push(bytes.slice());
        },
        removed: (name) => assert.fail(`${name} was removed`),
      }),
      private: watched(inner.private, {
        created: () => undefined,
        swapped(name, bytes) {
          if (name === TREE_OBJECT) signed.push(decodeTreeState(bytes.slice()).checkpoint);
        },
        removed: (name) => {
          assert.match(name, /^journal\//);
        },
      }),
    },
    published,
    signed,
    get immutable() {
      return new Set(created.keys());
    },
    async checkUnchanged() {
      for (const [name, bytes] of created) {
        const found = await inner.public.read(name);
        assert.ok(found !== undefined && equalBytes(found.bytes, bytes), `${name} has changed its bytes`);
      }
    },
  };
}

interface Observer {
  readonly created: (name: string, bytes: Uint8Array) => void;
  readonly swapped: (name: string, bytes: Uint8Array) => void;
  readonly removed: (name: string) => void;
}

function watched(inner: Store, observer: Observer): Store {
  return {
    ...inner,
    async create(name, bytes) {
      const result = await inner.create(name, bytes);
      if (result === 'created') observer.created(name, bytes);
      return result;
    },
    async swap(name, expected, bytes) {
      const result = await inner.swap(name, expected, bytes);
      if (result.kind === 'swapped') observer.swapped(name, bytes);
      return result;
    },
    async remove(name) {
      await inner.remove(name);
      observer.removed(name);
    },
  };
}
