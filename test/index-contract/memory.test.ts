import { createMemoryIndex } from '../../sequencer/index/memory-index.js';
import { describeIndex } from './index-contract.js';

describeIndex('the memory index', () => Promise.resolve(createMemoryIndex()));
