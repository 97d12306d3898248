import type { Sha256 } from '../../tlog/hash.js';
import type { TreeSize } from '../../tlog/scalars.js';
import type { Place, Placed } from '../core/batch-plan.js';

/**
 * From the identity of an entry to its place. A cache of the log: it can be deleted at any time and is rebuilt. It holds
 * exactly the entries below `size`.
 */
export interface IdentityIndex {
  /** How many entries of the log it covers, from index 0 on. */
  size(): TreeSize;
  /** The place, or undefined for an identity that is in no entry below `size`. @throws when the index cannot be read. */
  find(identity: Sha256): Place | undefined;
  /**
   * Adds the entries [size(), size() + placed.length), all or none; resolves when a look-up finds them. Of an identity
   * that is in the log twice, the first place stays. An append need not wait for the one before.
   *
   * @throws RangeError when `placed` does not begin at size(), also because an append before has failed meanwhile.
   */
  append(placed: readonly Placed[]): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** @throws RangeError unless `first` is the entry that follows those that are covered. */
export function checkFollows(first: Place, size: number): void {
  if (first.index !== size) throw new RangeError(`entry ${first.index} does not follow the ${size} that are covered`);
}
