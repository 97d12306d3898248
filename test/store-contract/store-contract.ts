import type { Store } from '../../sequencer/ports/store.js';
import { describeList, describeNames, describeRead } from './reading.js';
import { describeCreate, describeRemove, describeSwap } from './writing.js';

/** A store that is open, and what ends it. */
export interface OpenStore {
  readonly store: Store;
  close(): Promise<void>;
}

/**
 * Declares what holds for every store, whatever is behind it. Source: sequencer/ports/store.ts.
 *
 * @param open makes a store without objects.
 */
export function describeStore(title: string, open: () => Promise<OpenStore>): void {
  describe(`the store contract, kept by ${title}`, () => {
    let opened: OpenStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      ({ store } = opened);
    });
    afterEach(async () => opened.close());

    describeRead(() => store);
    describeCreate(() => store);
    describeSwap(() => store);
    describeList(() => store);
    describeRemove(() => store);
    describeNames(() => store);
  });
}
