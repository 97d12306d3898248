import { parseCertificate } from '../../personality-ct/core/certificate.js';
import { equalBytes, fromUtf8 } from '../../tlog/bytes.js';
import { readTestdata } from '../testdata.js';

/** A real issuer of the test data, by the fingerprint under which it lies there. */
export function readIssuer(fingerprint: string): Uint8Array {
  return readTestdata(`ct/issuers/${fingerprint}.der`);
}

/** All real issuers of the test data. */
export function readIssuers(): Uint8Array[] {
  const [, ...lines] = fromUtf8(readTestdata('ct/issuers/INDEX.tsv')).trimEnd().split('\n');
  return lines.map((line) => readIssuer(line.slice(0, line.indexOf('\t'))));
}

/**
 * Every chain that begins with `first` and goes up among `all`: to a usual root, and through cross-signed ones to other
 * roots. Each certificate on the way may itself be the accepted root, so a chain is there also without its last ones.
 */
export function pathsUp(first: Uint8Array, all: readonly Uint8Array[]): Uint8Array[][] {
  const { issuer, subject } = parseCertificate(first);
  // A self-signed root and its cross-signed twin have one name and one key. Nothing stands above the former.
  if (equalBytes(issuer, subject)) return [[first]];
  const parents = all.filter((der) => equalBytes(parseCertificate(der).subject, issuer));
  return [[first], ...parents.flatMap((parent) => pathsUp(parent, all).map((path) => [first, ...path]))];
}
