import assert from 'node:assert/strict';
import { ENTRY_PART_SIZE_MAX_BYTES } from '../../personality-ct/core/entry.js';
import { SUBMISSION_CHAIN_MAX } from '../../personality-ct/core/submission.js';
import { BODY_SIZE_MAX_BYTES } from '../../personality-ct/http/body.js';
import type { DoorAnswer } from '../../personality-ct/http/error-table.js';
import * as errorTable from '../../personality-ct/http/error-table.js';
import { placesOf } from '../../personality-ct/http/log-routes.js';
import { readinessOf, type LogFacts } from '../../personality-ct/ops/readiness.js';
import type { LogReport } from '../../personality-ct/ports/sequencer.js';
import { CLOSED, knownLog } from './closed-issuance.js';
import { cellOf, codesIn, readPage, sectionOf, type Row } from './page.js';
import { OTHER_ANSWERS, refusalAnswers, REFUSALS } from './submission-answers.js';

const PAGE = readPage('CT-API.md');

const rowsIn = (title: string): readonly Row[] => sectionOf(PAGE, title).rows;

/** The one code that a cell holds. */
function codeIn(row: Row, column: string): string {
  const [code = '', ...others] = codesIn(cellOf(row, column));
  assert.ok(code !== '' && others.length === 0, `one code in the column ${column}: ${JSON.stringify(row)}`);
  return code;
}

const codesOf = (rows: readonly Row[]): string[] => rows.map((row) => codeIn(row, 'code')).sort();

const codeOf = ({ body }: DoorAnswer): string => String((body as { readonly code?: unknown }).code);

/** All that a client may see of an answer of one code: `status Retry-After`, each pair once. */
function faces(answers: readonly DoorAnswer[]): string[] {
  return [...new Set(answers.map(({ status, headers }) => `${status} ${headers['retry-after'] ?? ''}`.trim()))].sort();
}

/** The same from a row of the page: the seconds are written `1 or 5`. */
function facesIn(row: Row): string[] {
  const seconds = cellOf(row, 'Retry-After').split(' or ');
  return seconds.map((one) => `${cellOf(row, 'status')} ${one}`.trim()).sort();
}

describe('docs/CT-API.md on the endpoints', () => {
  it('names every place of a log, and the methods that are taken there', () => {
    assert.deepEqual(
      rowsIn('Endpoints').map((row) => ({ path: codeIn(row, 'path'), allow: cellOf(row, 'methods') })),
      placesOf({ name: '<name>' }),
    );
  });

  it('gives the limits of a submission', () => {
    const limits = rowsIn('Limits').map((row) => Number(cellOf(row, 'at most').replaceAll(',', '')));
    assert.deepEqual(limits, [BODY_SIZE_MAX_BYTES, SUBMISSION_CHAIN_MAX, ENTRY_PART_SIZE_MAX_BYTES]);
  });
});

describe('docs/CT-API.md on errors', () => {
  const others = Object.values(OTHER_ANSWERS).flatMap((answers) => answers());

  it('names every code of a refusal, and no other', () => {
    assert.deepEqual(codesOf(rowsIn('Refusals')), Object.keys(REFUSALS).sort());
  });

  it('gives of each refusal the members beside code and message', () => {
    for (const row of rowsIn('Refusals')) {
      const code = codeIn(row, 'code');
      const members = Object.keys(REFUSALS[code as keyof typeof REFUSALS]).filter((member) => member !== 'code');
      assert.deepEqual(codesIn(cellOf(row, 'members')), members, code);
    }
  });

  it('may say of all refusals that they are answered with 400, and not to be repeated', () => {
    assert.deepEqual(faces(refusalAnswers()), ['400']);
  });

  it('names every code of the other answers, and no other', () => {
    const codes = new Set(others.map(codeOf).filter((code) => !(code in REFUSALS)));
    assert.deepEqual(codesOf(rowsIn('Other answers')), [...codes].sort());
  });

  it('gives of each other answer its status and Retry-After', () => {
    for (const row of rowsIn('Other answers')) {
      const code = codeIn(row, 'code');
      assert.deepEqual(facesIn(row), faces(others.filter((answer) => codeOf(answer) === code)), code);
    }
  });

  it('has looked at every function and constant of the error table', () => {
    assert.deepEqual(Object.keys(OTHER_ANSWERS).sort(), Object.keys(errorTable).sort());
  });
});

describe('docs/CT-API.md on readiness', () => {
  const MODES: Readonly<Record<LogReport['mode'], true>> = {
    ...{ starting: true, serving: true, draining: true, stopped: true, unknown: true },
  };
  const ready: LogFacts = {
    ...{ name: 'dev', status: () => knownLog({}), issuance: () => ({ kind: 'open' }), rootCount: () => 1 },
  };
  const unready: LogFacts[] = [
    ...Object.values(CLOSED).map(({ status, issuance }) => ({
      ...ready,
      status: () => status,
      issuance: () => issuance,
    })),
    ...(Object.keys(MODES) as LogReport['mode'][]).map((mode) => ({ ...ready, status: () => knownLog({ mode }) })),
    { ...ready, rootCount: () => 0 },
  ];
  const { reasons } = readinessOf(unready, true);

  /** A reason as a pattern: what stands in angle brackets there may be anything. */
  const patterns = rowsIn('Reasons of personality-ct').map((row) => {
    const parts = codeIn(row, 'reason').split(/<[^>]+>/);
    return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`);
  });

  it('names every reason that can be given', () => {
    for (const reason of reasons)
      assert.ok(
        patterns.some((pattern) => pattern.test(reason)),
        reason,
      );
  });

  it('names no reason that cannot be given', () => {
    for (const pattern of patterns)
      assert.ok(
        reasons.some((reason) => pattern.test(reason)),
        String(pattern),
      );
  });

  it('says what to do about each reason for which no SCT is issued', () => {
    assert.deepEqual(codesOf(rowsIn('Why no SCT is issued')), Object.keys(CLOSED).sort());
  });
});
