import assert from 'node:assert/strict';
import { plainEntry } from '../../test/sequencer/entries.js';
import { utf8 } from '../../tlog/bytes.js';
import { nobleHasher } from '../../tlog/hash.js';
import { checkAddCall, tooManyEntries } from './add-call.js';
import { entryIdentity, type Entry } from './entry.js';
import { staticCtLayout, tlogTilesLayout } from './layout.js';
import { SequencerError, type FieldViolation } from './sequencer-error.js';

const deps = { hasher: nobleHasher, layout: tlogTilesLayout };

function violationsOf(entries: readonly Entry[], others?: readonly FieldViolation[]): readonly FieldViolation[] {
  try {
    checkAddCall(deps, entries, others);
  } catch (error) {
    assert(error instanceof SequencerError && error.detail.code === 'invalid');
    return error.detail.violations;
  }
  return [];
}

function manyEntries(count: number, sizeBytes: number): Entry[] {
  return Array.from({ length: count }, () => plainEntry(new Uint8Array(sizeBytes)));
}

describe('checkAddCall()', () => {
  it('answers with the identities, in order', () => {
    const entries = [plainEntry(utf8('a')), plainEntry(utf8('b')), plainEntry(utf8('a'))];
    const want = entries.map((entry) => ({ entry, identity: entryIdentity(nobleHasher, entry) }));
    assert.deepEqual(checkAddCall(deps, entries), want);
  });

  it('takes 1,024 entries, and 4 MiB in all', () => {
    assert.deepEqual(violationsOf(manyEntries(1024, 4096)), []);
    assert.deepEqual(violationsOf(manyEntries(64, 65_535)), []);
  });

  it('refuses a call without entries', () => {
    assert.deepEqual(violationsOf([]), [{ field: 'entries', description: 'is empty, and wants at least one entry' }]);
  });

  it('refuses 1,025 entries', () => {
    const want = { field: 'entries', description: 'has 1025 entries, and at most 1024 are taken' };
    assert.deepEqual(violationsOf(manyEntries(1025, 1)), [want]);
    assert.deepEqual(tooManyEntries(1025), want);
  });

  it('refuses one byte more than 4 MiB', () => {
    const entries = [...manyEntries(1023, 4096), plainEntry(new Uint8Array(4097))];
    const description = 'has 4194305 bytes in all, and at most 4194304 are taken';
    assert.deepEqual(violationsOf(entries), [{ field: 'entries', description }]);
  });

  it('names the wrong entries by their place in the call', () => {
    const entries = [plainEntry(utf8('a')), plainEntry(utf8('')), { ...plainEntry(utf8('a')), trailer: utf8('b') }];
    assert.deepEqual(violationsOf(entries), [
      { field: 'entries[1].data', description: 'is empty' },
      { field: 'entries[2].trailer', description: 'must be empty in a tlog-tiles log' },
    ]);
  });

  it('does not hold an entry of a wrong form against the layout too', () => {
    const wrong = { leafPrefix: utf8('a'), data: utf8(''), trailer: utf8('b'), holes: {} };
    assert.deepEqual(violationsOf([wrong]), [{ field: 'entries[0].data', description: 'is empty' }]);
  });

  it('asks the layout of the log', () => {
    const check = (): unknown => checkAddCall({ ...deps, layout: staticCtLayout }, [plainEntry(utf8('a'))]);
    assert.throws(check, /^SequencerError: entries\[0\]\.leaf_prefix: must be 00 00 in a static-ct log; entries\[0\]/);
  });

  it('says first what else is wrong with the call', () => {
    const other = { field: 'wait_for', description: '9 is not a stage' };
    assert.deepEqual(violationsOf([plainEntry(utf8('a'))], [other]), [other]);
    assert.deepEqual(violationsOf([plainEntry(utf8(''))], [other])[0], other);
  });

  it('names 8 violations at most', () => {
    const other = { field: 'wait_for', description: '9 is not a stage' };
    const violations = violationsOf(manyEntries(1025, 0), [other]);
    assert.equal(violations.length, 8);
    assert.deepEqual(violations[2], { field: 'entries[0].data', description: 'is empty' });
  });
});
