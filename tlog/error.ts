/** What was wrong: `malformed` bytes or text, a number `out-of-range`, a `mismatch` of two values, a signature or proof `unverified`. */
export type TlogErrorCode = 'malformed' | 'out-of-range' | 'mismatch' | 'unverified';

/** The facts of a TlogError. */
export interface TlogErrorDetail {
  readonly code: TlogErrorCode;
  /** The thing that is wrong, e.g. `checkpoint size`. */
  readonly what: string;
  readonly got: string;
  readonly want: string;
  /** Where, in bytes from the beginning of what was read. */
  readonly offset?: number;
}

/** The one error of this package. Its message says what failed, where, what was there and what should have been. */
export class TlogError extends Error {
  readonly detail: TlogErrorDetail;

  constructor(detail: TlogErrorDetail, options?: ErrorOptions) {
    const where = detail.offset === undefined ? '' : ` at byte ${detail.offset}`;
    super(`${detail.what}${where}: got ${detail.got}, want ${detail.want}`, options);
    this.name = 'TlogError';
    this.detail = detail;
  }
}
