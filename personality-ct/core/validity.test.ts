import assert from 'node:assert/strict';
import { element, sequence } from '../../cli/certificate-writer.js';
import { refusesBytes } from '../../test/certificates/refuses-bytes.js';
import { utf8 } from '../../tlog/bytes.js';
import { TAG, wholeElement } from './der.js';
import { parseValidity } from './validity.js';

const EARLY = element(TAG.utcTime, utf8('250101000000Z'));

function notAfter(tag: number, text: string): string {
  const bytes = sequence(EARLY, element(tag, utf8(text)));
  return new Date(parseValidity(bytes, wholeElement(bytes, TAG.sequence, 'validity')).notAfter).toISOString();
}

describe('parseValidity()', () => {
  const times: readonly { desc: string; tag: number; text: string; time: string }[] = [
    { desc: 'a UTCTime', tag: TAG.utcTime, text: '250702235959Z', time: '2025-07-02T23:59:59.000Z' },
    { desc: 'a UTCTime of 2049', tag: TAG.utcTime, text: '491231235959Z', time: '2049-12-31T23:59:59.000Z' },
    { desc: 'a UTCTime of 1950', tag: TAG.utcTime, text: '500101000000Z', time: '1950-01-01T00:00:00.000Z' },
    { desc: 'a UTCTime without seconds', tag: TAG.utcTime, text: '9912312359Z', time: '1999-12-31T23:59:00.000Z' },
    { desc: 'an offset to the east', tag: TAG.utcTime, text: '000101003000+0100', time: '1999-12-31T23:30:00.000Z' },
    { desc: 'an offset to the west', tag: TAG.utcTime, text: '991231233000-0100', time: '2000-01-01T00:30:00.000Z' },
    { desc: 'a leap day', tag: TAG.utcTime, text: '240229120000Z', time: '2024-02-29T12:00:00.000Z' },
    { desc: 'a GeneralizedTime', tag: TAG.generalizedTime, text: '20500101000000Z', time: '2050-01-01T00:00:00.000Z' },
    { desc: 'the time of no end', tag: TAG.generalizedTime, text: '99991231235959Z', time: '9999-12-31T23:59:59.000Z' },
    { desc: 'a year below 100', tag: TAG.generalizedTime, text: '00210101000000Z', time: '0021-01-01T00:00:00.000Z' },
  ];
  for (const { desc, tag, text, time } of times) {
    it(`reads ${desc}`, () => assert.equal(notAfter(tag, text), time));
  }

  const refused: readonly { desc: string; tag: number; text: string }[] = [
    { desc: 'a UTCTime with four digits of the year', tag: TAG.utcTime, text: '20250702235959Z' },
    { desc: 'a GeneralizedTime with two', tag: TAG.generalizedTime, text: '250702235959Z' },
    { desc: 'a time without zone', tag: TAG.utcTime, text: '250702235959' },
    { desc: 'fractions of a second', tag: TAG.generalizedTime, text: '20250702235959.5Z' },
    { desc: 'a month of 13', tag: TAG.utcTime, text: '251301000000Z' },
    { desc: 'a month of 0', tag: TAG.utcTime, text: '250001000000Z' },
    { desc: 'a 31st of June', tag: TAG.utcTime, text: '250631000000Z' },
    { desc: 'a 29th of February in 2023', tag: TAG.utcTime, text: '230229000000Z' },
    { desc: 'hour 24', tag: TAG.utcTime, text: '250701240000Z' },
    { desc: 'minute 60', tag: TAG.utcTime, text: '250701006000Z' },
    { desc: 'second 60', tag: TAG.utcTime, text: '250701000060Z' },
    { desc: 'nothing', tag: TAG.utcTime, text: '' },
    { desc: 'a line break at the end', tag: TAG.utcTime, text: '250702235959Z\n' },
    { desc: 'something long', tag: TAG.utcTime, text: '2'.repeat(5000) },
  ];
  for (const { desc, tag, text } of refused) {
    it(`refuses ${desc}`, () => refusesBytes(() => notAfter(tag, text), /notAfter at byte 1\d is not a time/));
  }

  it('refuses another type, one time alone, and three', () => {
    refusesBytes(() => notAfter(TAG.octetString, '250702235959Z'), /notAfter .* has tag 0x4/);
    const parse = (...times: Uint8Array[]): unknown =>
      parseValidity(sequence(...times), wholeElement(sequence(...times), TAG.sequence, 'validity'));
    refusesBytes(() => parse(EARLY), /notAfter .* is missing/);
    refusesBytes(() => parse(EARLY, EARLY, EARLY), /more than two times/);
  });
});
