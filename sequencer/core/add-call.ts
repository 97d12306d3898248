import type { Hasher } from '../../tlog/hash.js';
import type { IdentifiedEntry } from './batch-plan.js';
import { entryIdentity, entrySizeBytes, entryViolations, type Entry } from './entry.js';
import type { Layout } from './layout.js';
import { CALL_SIZE_MAX_BYTES, ENTRIES_PER_CALL_MAX } from './limits.js';
import { SequencerError, type FieldViolation } from './sequencer-error.js';

/**
 * Violations that one answer names, at most. Each is in it three times, and many clients take no more than 8 KiB of
 * metadata: these fit, 16 of the longest would not.
 */
const VIOLATIONS_MAX = 8;

/**
 * Checks the entries of one Add call against the contract and the layout, and computes their identities.
 *
 * @param others what else is wrong with the call, so that one answer says everything.
 * @throws SequencerError invalid with the first violations, in order.
 */
export function checkAddCall(
  { hasher, layout }: { readonly hasher: Hasher; readonly layout: Layout },
  entries: readonly Entry[],
  others: readonly FieldViolation[] = [],
): IdentifiedEntry[] {
  const violations = [...others, ...callViolations(entries), ...entriesViolations(layout, entries)];
  if (violations.length > 0) {
    throw new SequencerError({ code: 'invalid', violations: violations.slice(0, VIOLATIONS_MAX) });
  }
  return entries.map((entry) => ({ entry, identity: entryIdentity(hasher, entry) }));
}

function callViolations(entries: readonly Entry[]): FieldViolation[] {
  if (entries.length === 0) return [{ field: 'entries', description: 'is empty, and wants at least one entry' }];
  if (entries.length > ENTRIES_PER_CALL_MAX) return [tooManyEntries(entries.length)];
  const sizeBytes = entries.reduce((sum, entry) => sum + entrySizeBytes(entry), 0);
  if (sizeBytes <= CALL_SIZE_MAX_BYTES) return [];
  const description = `has ${String(sizeBytes)} bytes in all, and at most ${String(CALL_SIZE_MAX_BYTES)} are taken`;
  return [{ field: 'entries', description }];
}

/** What is wrong with a call of `count` entries, which is more than a call may have. */
export function tooManyEntries(count: number): FieldViolation {
  const description = `has ${String(count)} entries, and at most ${String(ENTRIES_PER_CALL_MAX)} are taken`;
  return { field: 'entries', description };
}

function entriesViolations(layout: Layout, entries: readonly Entry[]): FieldViolation[] {
  const violations: FieldViolation[] = [];
  for (const [i, entry] of entries.entries()) {
    if (violations.length >= VIOLATIONS_MAX) break;
    const field = `entries[${String(i)}]`;
    const ofForm = entryViolations(entry, field);
    // An entry of a wrong form is not held against the layout too: one mistake, one answer.
    violations.push(...(ofForm.length > 0 ? ofForm : layout.violations(entry, field)));
  }
  return violations;
}
