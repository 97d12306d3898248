import type { Hasher } from '../../tlog/hash.js';
import type { IdentifiedEntry } from './batch-plan.js';
import { entryIdentity, entrySizeBytes, entryViolations, type Entry } from './entry.js';
import type { Layout } from './layout.js';
import { CALL_SIZE_MAX_BYTES, ENTRIES_PER_CALL_MAX } from './limits.js';
import { SequencerError, type FieldViolation } from './sequencer-error.js';

/** Violations that one answer names, at most: 1,024 wrong entries would make an error larger than clients take. */
const VIOLATIONS_MAX = 16;

/**
 * Checks the entries of one Add call against the contract and the layout, and computes their identities.
 *
 * @throws SequencerError invalid with the first violations, in order.
 */
export function checkAddCall(
  { hasher, layout }: { readonly hasher: Hasher; readonly layout: Layout },
  entries: readonly Entry[],
): IdentifiedEntry[] {
  const violations = [...callViolations(entries), ...entriesViolations(layout, entries)];
  if (violations.length > 0) throw new SequencerError({ code: 'invalid', violations });
  return entries.map((entry) => ({ entry, identity: entryIdentity(hasher, entry) }));
}

function callViolations(entries: readonly Entry[]): FieldViolation[] {
  if (entries.length === 0) return [{ field: 'entries', description: 'is empty, and wants at least one entry' }];
  if (entries.length > ENTRIES_PER_CALL_MAX) {
    const description = `has ${String(entries.length)} entries, and at most ${String(ENTRIES_PER_CALL_MAX)} are taken`;
    return [{ field: 'entries', description }];
  }
  const sizeBytes = entries.reduce((sum, entry) => sum + entrySizeBytes(entry), 0);
  if (sizeBytes <= CALL_SIZE_MAX_BYTES) return [];
  const description = `has ${String(sizeBytes)} bytes in all, and at most ${String(CALL_SIZE_MAX_BYTES)} are taken`;
  return [{ field: 'entries', description }];
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
  return violations.slice(0, VIOLATIONS_MAX);
}
