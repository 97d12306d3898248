import { childrenOf, malformed, TAG, withTag, type DerElement } from './der.js';

/** When a certificate is valid, in ms since 1970. Both ends are included; either may lie before 1970. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Digits of the year, then month, day, hour, minute, seconds if given, and the zone: Z or an offset. */
const TIME = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:Z|([+-])(\d{2})(\d{2}))$/;

const UTC_TIME_YEAR_DIGITS = 2;

/** A two-digit year from here on is in the twentieth century. Source: RFC 5280, 4.1.2.5.1. */
const UTC_TIME_PIVOT = 50;

const MINUTE_MS = 60_000;

/** `Validity ::= SEQUENCE { notBefore Time, notAfter Time }`. @throws CtError malformed-der. Source: RFC 5280, 4.1.2.5 */
export function parseValidity(bytes: Uint8Array, element: DerElement): Validity {
  const [notBefore, notAfter, extra] = childrenOf(bytes, withTag(element, TAG.sequence, 'validity'), 'validity');
  if (extra !== undefined) throw malformed('validity', extra.begin, 'has more than two times');
  return {
    notBefore: parseTime(bytes, notBefore, 'notBefore', element),
    notAfter: parseTime(bytes, notAfter, 'notAfter', element),
  };
}

/**
 * `Time ::= CHOICE { utcTime UTCTime, generalTime GeneralizedTime }`, in ms. Old certificates leave out the seconds or
 * give an offset from UTC; both have one meaning, and are taken.
 */
function parseTime(bytes: Uint8Array, element: DerElement | undefined, what: string, parent: DerElement): number {
  if (element?.tag !== TAG.utcTime) withTag(element, TAG.generalizedTime, what, parent);
  const { tag, begin, contentBegin, end } = element as DerElement;
  const text = String.fromCharCode(...bytes.subarray(contentBegin, Math.min(end, contentBegin + 32)));
  const yearDigits = tag === TAG.utcTime ? UTC_TIME_YEAR_DIGITS : 4;
  const match = TIME.exec(text);
  const time = match?.[1]?.length === yearDigits ? timeOf(match) : undefined;
  if (time === undefined) throw malformed(what, begin, `is not a time: ${JSON.stringify(text)}`);
  return time;
}

function timeOf(match: RegExpExecArray): number | undefined {
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(2, 7).map((digits) => Number(digits ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(fullYear(match[1] ?? ''), month - 1, day);
  date.setUTCHours(hour, minute, second);
  // A month of 13 or a 31st of June would have been carried over into the next field.
  const [gotMonth, gotDay] = [date.getUTCMonth() + 1, date.getUTCDate()];
  if (gotMonth !== month || gotDay !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  const offsetMinutes = Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0);
  return date.getTime() - (match[7] === '-' ? -offsetMinutes : offsetMinutes) * MINUTE_MS;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length !== UTC_TIME_YEAR_DIGITS) return year;
  return year < UTC_TIME_PIVOT ? 2000 + year : 1900 + year;
}
