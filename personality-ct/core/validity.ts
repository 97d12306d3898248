import { childrenOf, contentOf, malformed, TAG, withTag, type DerElement } from './der.js';

/** When a certificate is valid, in ms since 1970. Both ends are included; either may lie before 1970. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Year, month, day, hour, minute, seconds if given, and the zone: Z or an offset from UTC. */
const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:Z|([+-])(\d\d)(\d\d))$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:Z|([+-])(\d\d)(\d\d))$/;

/** The longest text that either of them matches, in bytes. */
const TIME_SIZE_MAX_BYTES = 19;

/** A two-digit year from here on is in the twentieth century. Source: RFC 5280, 4.1.2.5.1. */
const UTC_TIME_PIVOT = 50;

const MINUTE_MS = 60_000;

/** `Validity ::= SEQUENCE { notBefore Time, notAfter Time }`. @throws CtError malformed-der. Source: RFC 5280, 4.1.2.5 */
export function parseValidity(bytes: Uint8Array, element: DerElement): Validity {
  const [notBefore, notAfter, extra] = childrenOf(bytes, element, 'validity');
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
  const isUtcTime = element?.tag === TAG.utcTime;
  const time = isUtcTime ? element : withTag(element, TAG.generalizedTime, what, parent);
  const text = String.fromCharCode(...contentOf(bytes, time).subarray(0, TIME_SIZE_MAX_BYTES + 1));
  const match = (isUtcTime ? UTC_TIME : GENERALIZED_TIME).exec(text);
  const ms = match === null ? undefined : timeOf(match, isUtcTime);
  if (ms === undefined) throw malformed(what, time.begin, `is not a time: ${JSON.stringify(text)}`);
  return ms;
}

/** The time in ms; undefined if there is no such day or time of day. */
function timeOf(match: RegExpExecArray, isUtcTime: boolean): number | undefined {
  const number = (group: number): number => Number(match[group] ?? 0);
  const [month, day, hour, minute, second] = [number(2), number(3), number(4), number(5), number(6)];
  const date = new Date(0);
  date.setUTCFullYear(isUtcTime ? fullYear(number(1)) : number(1), month - 1, day);
  // A 31st of June or a month of 13 would have been carried into the next field.
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) return undefined;
  const offsetMinutes = (match[7] === '-' ? -1 : 1) * (number(8) * 60 + number(9));
  return date.setUTCHours(hour, minute, second) - offsetMinutes * MINUTE_MS;
}

function fullYear(twoDigits: number): number {
  return twoDigits < UTC_TIME_PIVOT ? 2000 + twoDigits : 1900 + twoDigits;
}
