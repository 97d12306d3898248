import { createMemoryStore } from '../../sequencer/storage/memory/memory-store.js';
import { describeStore } from './store-contract.js';

describeStore('the memory store', () =>
  Promise.resolve({ store: createMemoryStore(), close: async () => Promise.resolve() }),
);
