import { TlogError } from '../../tlog/error.js';

/** Something that is damaged. */
export interface Finding {
  /** The object, by its path below the monitoring prefix. */
  readonly object: string;
  /** What of the object is wrong, and where in it. */
  readonly what: string;
  readonly got: string;
  readonly want: string;
}

/** Takes findings up to a number, because a log that is damaged everywhere would have no end of them. */
export interface Findings {
  readonly all: readonly Finding[];
  /** Whether no more are taken, so that there is no sense in looking on. */
  readonly isFull: boolean;
  add(...found: readonly Finding[]): void;
}

/** @param onFinding told each one that is taken, at once. */
export function createFindings(max: number, onFinding: (finding: Finding) => void): Findings {
  const all: Finding[] = [];
  return {
    all,
    get isFull() {
      return all.length >= max;
    },
    add(...found) {
      for (const finding of found.slice(0, max - all.length)) {
        all.push(finding);
        onFinding(finding);
      }
    },
  };
}

/** The sentence about a finding. */
export function formatFinding({ object, what, got, want }: Finding): string {
  return `${object}: ${what}: got ${got}, want ${want}`;
}

/** The finding about an object that should be there, and is not. */
export function missing(object: string, want: string): Finding {
  return { object, what: 'the object', got: 'nothing', want };
}

/** The finding that an error of a format tells of. @throws the error, when it is not one of a format */
export function malformedObject(object: string, error: unknown): Finding {
  if (!(error instanceof TlogError)) throw error;
  const { what, got, want, offset } = error.detail;
  return { object, what: offset === undefined ? what : `${what} at byte ${offset}`, got, want };
}
