/** The facts of a CtError. */
export type CtErrorDetail =
  /** Bytes that are not the DER that stands at this place. `offset` counts from the first byte of the certificate. */
  | { readonly code: 'malformed-der'; readonly what: string; readonly problem: string; readonly offset: number }
  /** A JSON value that is no SCT. `field` names the member that is wrong, or is empty for the whole. */
  | { readonly code: 'malformed-sct'; readonly field: string; readonly problem: string };

/** The one error of this room. Expected outcomes are values; this is for what cannot be read at all. */
export class CtError extends Error {
  readonly detail: CtErrorDetail;

  constructor(detail: CtErrorDetail, options?: ErrorOptions) {
    super(describe(detail), options);
    this.name = 'CtError';
    this.detail = detail;
  }
}

function describe(detail: CtErrorDetail): string {
  if (detail.code === 'malformed-der') return `${detail.what} at byte ${detail.offset} ${detail.problem}`;
  return detail.field === '' ? `the SCT ${detail.problem}` : `the SCT's ${detail.field} ${detail.problem}`;
}
