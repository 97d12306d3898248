import { createMemoryIndex } from '../sequencer/index/memory-index.js';
import type { IdentityIndex } from '../sequencer/ports/identity-index.js';

/** An index in memory whose appends wait until they are let go. */
export interface SlowIndex extends IdentityIndex {
  /** Lets every append go that waits. */
  readonly goOn: () => void;
}

/** An index that covers nothing yet. */
export function createSlowIndex(): SlowIndex {
  const index = createMemoryIndex();
  const waiting: (() => void)[] = [];
  return {
    ...index,
    async append(placed) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await index.append(placed);
    },
    goOn() {
      for (const go of waiting.splice(0)) go();
    },
  };
}
