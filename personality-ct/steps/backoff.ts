/** Waiting times that grow with each failure in a row. */
export interface Backoff {
  /** The next waiting time, in ms: doubled each time up to the greatest, and uniform in [1/2, 1] of that. */
  readonly nextMs: () => number;
  /** Starts again with the first one, after a success. */
  readonly reset: () => void;
}

/** Creates a backoff. @param dice a number in [0, 1), another one each time. */
export function createBackoff(
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
  dice: () => number,
): Backoff {
  let ceilingMs = firstMs;
  return {
    nextMs() {
      const delayMs = ceilingMs * (0.5 + dice() / 2);
      ceilingMs = Math.min(ceilingMs * 2, maxMs);
      return delayMs;
    },
    reset() {
      ceilingMs = firstMs;
    },
  };
}
