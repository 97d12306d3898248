import { X509Certificate } from 'node:crypto';
import { toHex } from '../tlog/bytes.js';
import { decodeDataTile, type TimestampedEntry } from '../tlog/tile-leaf.js';
import { readTestdata } from './testdata.js';

/** A precertificate that a public log took. */
export interface RealPrecertificate {
  /** The precertificate and its issuers, the root left out. */
  readonly chain: readonly Uint8Array[];
  /** What that log made of it. */
  readonly entry: TimestampedEntry;
}

/** A shard that takes all of them. Source: testdata/SOURCES.md */
export const REAL_SHARD = { notAfterStart: '2025-07-01T00:00:00Z', notAfterLimit: '2025-07-09T00:00:00Z' } as const;

/** The 256 precertificates of one real data tile, and their roots as PEM. Needs the test data. */
export function readRealPrecertificates(): { precertificates: RealPrecertificate[]; roots: string } {
  const leaves = decodeDataTile(readTestdata('ct/data-tile-256-precerts.bin'));
  const roots = new Set<string>();
  const precertificates = leaves.map(({ entry, preCertificate, fingerprints }, i) => {
    const issuers = fingerprints.map((fingerprint) => readTestdata(`ct/issuers/${toHex(fingerprint)}.der`));
    const root = issuers.pop();
    if (preCertificate === undefined || root === undefined)
      throw new Error(`entry ${i} of the tile: no precertificate`);
    roots.add(new X509Certificate(root).toString());
    return { chain: [preCertificate, ...issuers], entry };
  });
  return { precertificates, roots: [...roots].join('') };
}
