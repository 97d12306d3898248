/** The names of gzip in an Accept-Encoding, the proper one first. `*` is any that is not named. Source: RFC 9110, 12.5.3. */
const GZIP_NAMES = ['gzip', 'x-gzip', '*'];

const QVALUE = /^q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/;

/** Whether a client that sent this Accept-Encoding takes gzip. One that sent none is not asked to. Source: RFC 9110, 12.5.3. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const weights = new Map((acceptEncoding ?? '').toLowerCase().split(',').map(readCoding));
  const weight = GZIP_NAMES.map((name) => weights.get(name)).find((found) => found !== undefined);
  return weight !== undefined && weight > 0;
}

/** A coding with its weight, 1 where there is none; what cannot be read is not wanted. */
function readCoding(text: string): [coding: string, weight: number] {
  const [coding = '', ...parameters] = text.split(';').map((part) => part.trim());
  const [weight] = parameters;
  if (weight === undefined) return [coding, 1];
  return [coding, Number(QVALUE.exec(weight)?.[1] ?? 0)];
}
