import { StoreError, type LogStore, type Store } from '../sequencer/ports/store.js';

/** One operation on a faulty store. */
export interface StoreCall {
  /** From 1, over both spaces, in the order in which the operations began. */
  readonly number: number;
  readonly space: keyof LogStore;
  readonly operation: StoreError['operation'];
  /** The name of the object; of a list, its prefix. */
  readonly name: string;
}

/**
 * What becomes of an operation:
 *
 *     fate      effect  answer
 *     done      yes     the result
 *     lost      yes     an error that leaves open whether there was an effect
 *     silent    yes     none, ever
 *     refused   no      an error that says that there was no effect
 *     unsure    no      an error that leaves open whether there was an effect
 *     dropped   no      none, ever
 */
export type Fate = 'done' | 'lost' | 'silent' | 'refused' | 'unsure' | 'dropped';

/** Decides what becomes of an operation. While the promise is pending the operation is delayed, before its effect. */
export type Decide = (call: StoreCall) => Fate | Promise<Fate>;

/** A store over `inner` that behaves as `decide` says. */
export function createFaultyStore(inner: LogStore, decide: Decide): LogStore {
  let calls = 0;
  const space = (name: keyof LogStore): Store =>
    faultySpace(inner[name], async (operation, objectName, action) => {
      calls += 1;
      const call: StoreCall = { number: calls, space: name, operation, name: objectName };
      return perform(call, await decide(call), action);
    });
  return { public: space('public'), private: space('private') };
}

type Meet = <T>(operation: StoreError['operation'], name: string, action: () => Promise<T>) => Promise<T>;

function faultySpace(inner: Store, meet: Meet): Store {
  return {
    read: (name, signal) => meet('read', name, async () => inner.read(name, signal)),
    create: (name, bytes, signal) => meet('create', name, async () => inner.create(name, bytes, signal)),
    swap: (name, expected, bytes, signal) => meet('swap', name, async () => inner.swap(name, expected, bytes, signal)),
    async *list(prefix, from, signal) {
      yield* await meet('list', prefix, async () => collect(inner.list(prefix, from, signal)));
    },
    remove: (name, signal) => meet('remove', name, async () => inner.remove(name, signal)),
  };
}

async function perform<T>(call: StoreCall, fate: Fate, action: () => Promise<T>): Promise<T> {
  switch (fate) {
    case 'done':
      return action();
    case 'lost':
      await action();
      throw failureOf(call, 'unknown');
    case 'silent':
      await action();
      return never();
    case 'refused':
      throw failureOf(call, 'none');
    case 'unsure':
      throw failureOf(call, 'unknown');
    case 'dropped':
      return never();
  }
}

function failureOf({ operation, name }: StoreCall, effect: StoreError['effect']): StoreError {
  const writes = operation !== 'read' && operation !== 'list';
  const cause = new Error('the faulty store was told to fail');
  return new StoreError({ operation, objectName: name, effect: writes ? effect : 'none' }, { cause });
}

async function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

async function collect(names: AsyncIterable<string>): Promise<string[]> {
  const collected: string[] = [];
  for await (const name of names) collected.push(name);
  return collected;
}
