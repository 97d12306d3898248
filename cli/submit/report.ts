import { toBase64, toHex } from '../../tlog/bytes.js';
import type { Evidence, Outcome } from './submission.js';

const EXIT_VERIFIED = 0;
const EXIT_FAILED = 1;
const EXIT_UNKNOWN = 2;

/** The lines about what became of one chain. */
export function formatOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'verified':
      return `${outcome.file}: verified\n${formatEvidence(outcome.evidence)}`;
    case 'refused':
      return `${outcome.file}: refused: ${outcome.reason}`;
    case 'unverified':
      return `${outcome.file}: NOT VERIFIED: ${outcome.reason}`;
    case 'unknown':
      return `${outcome.file}: could not look: ${outcome.reason}`;
  }
}

function formatEvidence({ sct, json, leafHash, checkpoint, proof }: Evidence): string {
  const { index, timestamp } = sct.stamp;
  return [
    `  index       ${index}`,
    `  timestamp   ${new Date(timestamp).toISOString()}`,
    `  SCT         ${JSON.stringify(json)}`,
    `  leaf hash   ${toHex(leafHash)}`,
    `  checkpoint  size ${checkpoint.size}, root ${toBase64(checkpoint.root)}`,
    `  inclusion   proved by ${proof.length} ${proof.length === 1 ? 'hash' : 'hashes'}`,
    ...proof.map((hash) => `              ${toHex(hash)}`),
  ].join('\n');
}

/** The last line: how many chains became what. */
export function formatSummary(outcomes: ReadonlyMap<Outcome['kind'], number>): string {
  const words = { verified: 'verified', refused: 'refused', unverified: 'not verified', unknown: 'could not look' };
  return Object.entries(words)
    .map(([kind, word]) => ({ word, count: outcomes.get(kind as Outcome['kind']) ?? 0 }))
    .filter(({ word, count }) => count > 0 || word === words.verified)
    .map(({ word, count }) => `${count} ${word}`)
    .join(', ');
}

/** 0: all verified. 1: the log refused one, or did not keep a promise. 2: of some, nothing is known. */
export function exitCodeOf(outcomes: ReadonlyMap<Outcome['kind'], number>): number {
  if ((outcomes.get('refused') ?? 0) + (outcomes.get('unverified') ?? 0) > 0) return EXIT_FAILED;
  return (outcomes.get('unknown') ?? 0) > 0 ? EXIT_UNKNOWN : EXIT_VERIFIED;
}
