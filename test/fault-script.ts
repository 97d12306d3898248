import type { LogStore } from '../sequencer/ports/store.js';
import { createFaultyStore, type Fate, type StoreCall } from './faulty-store.js';

/** Which operations are meant; what is left out may be anything. */
export interface Match {
  readonly space?: StoreCall['space'];
  readonly operation?: StoreCall['operation'];
  readonly name?: RegExp;
}

/** An operation that waits to be let go. */
export interface HeldCall {
  /** Resolves when the operation has begun. */
  readonly arrived: Promise<StoreCall>;
  release(fate?: Fate): void;
}

/** A store with faults that a test orders one by one. */
export interface FaultScript {
  readonly store: LogStore;
  /** Every operation so far. */
  readonly calls: readonly StoreCall[];
  /** What becomes of the next `times` operations that match. Orders are taken up in the order in which they were given. */
  order(match: Match, fate: Fate, times?: number): void;
  /** Holds back the next operation that matches, before its effect. */
  hold(match: Match): HeldCall;
  /** Forgets every order; what is held stays held. */
  clear(): void;
}

interface Order {
  readonly match: Match;
  left: number;
  take(call: StoreCall): Fate | Promise<Fate>;
}

/** A faulty store that has no faults yet. */
export function createFaultScript(inner: LogStore): FaultScript {
  const calls: StoreCall[] = [];
  const orders: Order[] = [];
  const store = createFaultyStore(inner, (call) => {
    calls.push(call);
    const order = orders.find(({ left, match }) => left > 0 && matches(match, call));
    if (order === undefined) return 'done';
    order.left -= 1;
    return order.take(call);
  });
  return {
    store,
    calls,
    order(match, fate, times = 1) {
      orders.push({ match, left: times, take: () => fate });
    },
    hold(match) {
      let release: (fate: Fate) => void = () => undefined;
      const fate = new Promise<Fate>((resolve) => {
        release = resolve;
      });
      const arrived = new Promise<StoreCall>((resolve) => {
        const take = async (call: StoreCall): Promise<Fate> => {
          resolve(call);
          return fate;
        };
        orders.push({ match, left: 1, take });
      });
      return { arrived, release: (as = 'done') => release(as) };
    },
    clear() {
      orders.length = 0;
    },
  };
}

function matches(match: Match, { space, operation, name }: StoreCall): boolean {
  return (
    (match.space ?? space) === space && (match.operation ?? operation) === operation && match.name?.test(name) !== false
  );
}
