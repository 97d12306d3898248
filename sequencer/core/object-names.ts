import type { LeafIndex, TreeSize } from '../../tlog/scalars.js';
import { bundlePath } from '../../tlog/tile.js';

/** The number of a leader's term, from 1. */
export type Epoch = number & { readonly __brand: 'Epoch' };

/** Digits of an epoch in a name, so that names sort as numbers do. */
const EPOCH_DIGITS = 10;

/** Digits of a leaf index in a name: 2^40 has 13. */
const INDEX_DIGITS = 13;

/** The epoch of a log that has had one leader only. */
export const FIRST_EPOCH = 1 as Epoch;

/** @throws RangeError unless 1 ≤ n < 10^10. */
export function epoch(n: number): Epoch {
  if (Number.isInteger(n) && n >= 1 && n < 10 ** EPOCH_DIGITS) return n as Epoch;
  throw new RangeError(`an epoch is an integer in [1, 10^10), got ${String(n)}`);
}

/** Private: the identity of the log, created once. */
export const LOG_OBJECT = 'log';

/** Private: the integrated state, changed by swap. */
export const TREE_OBJECT = 'tree';

/** Public: the newest checkpoint, changed by swap. */
export const CHECKPOINT_OBJECT = 'checkpoint';

/** Public: the identity of the log for whoever audits it. */
export const LOG_JSON_OBJECT = 'log.json';

/** Private: the names of the batches of an epoch begin so. */
export function journalPrefix(of: Epoch): string {
  return `journal/${String(of).padStart(EPOCH_DIGITS, '0')}/`;
}

/** Private: the batch (or the seal) whose first entry has index `first`. */
export function journalName(of: Epoch, first: LeafIndex | TreeSize): string {
  return journalPrefix(of) + String(first).padStart(INDEX_DIGITS, '0');
}

/** Private: the stamps of the entries of a bundle, for a layout whose bundles do not tell them. */
export function stampPageName(index: number, width: number): string {
  return bundlePath('entries', index, width).replace(/^tile\/entries/, 'stamps');
}
