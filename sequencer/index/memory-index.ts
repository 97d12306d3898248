import { treeSize } from '../../tlog/scalars.js';
import { identityKey, type Place } from '../core/batch-plan.js';
import { checkFollows, type IdentityIndex } from '../ports/identity-index.js';

/** An index in memory, for tests and for logs in memory. */
export function createMemoryIndex(): IdentityIndex {
  const places = new Map<string, Place>();
  let covered = 0;
  return {
    size: () => treeSize(covered),
    find: (identity) => places.get(identityKey(identity)),
    async append(placed) {
      const [first] = placed;
      if (first !== undefined) checkFollows(first, covered);
      for (const { identity, index, timestamp } of placed) {
        const key = identityKey(identity);
        if (!places.has(key)) places.set(key, { index, timestamp });
      }
      covered += placed.length;
      return Promise.resolve();
    },
    async clear() {
      places.clear();
      covered = 0;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
