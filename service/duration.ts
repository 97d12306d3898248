import { z } from 'zod';

const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest duration that a setting may have: 366 days, in ms. Longer ones are typing errors. */
const DURATION_MAX_MS = 366 * 24 * 3_600_000;

/**
 * Reads a duration: a whole number and one unit, `200ms`, `15s`, `1m`, `24h`.
 *
 * @returns ms in [0, 366 days], or undefined when the text is nothing of the kind.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(0|[1-9][0-9]{0,11})(ms|s|m|h)$/.exec(text);
  const unitMs = MS_PER_UNIT[match?.[2] ?? ''];
  if (match === null || unitMs === undefined) return undefined;
  const durationMs = Number(match[1]) * unitMs;
  return durationMs <= DURATION_MAX_MS ? durationMs : undefined;
}

/**
 * A setting that is a duration; its value is in ms.
 *
 * @param bounds.minMs the smallest value taken, 0 unless given; bounds.maxMs the largest.
 */
export function duration(bounds: { minMs?: number; maxMs?: number } = {}): z.ZodType<number> {
  const { minMs = 0, maxMs = DURATION_MAX_MS } = bounds;
  return z.string().transform((text, context) => {
    const durationMs = parseDuration(text);
    if (durationMs !== undefined && minMs <= durationMs && durationMs <= maxMs) return durationMs;
    context.addIssue({
      code: 'custom',
      message:
        durationMs === undefined
          ? `'${text}' is not a duration: write a whole number and a unit, like 200ms, 15s, 1m or 24h (at most 366 days)`
          : `${text} is out of range: it must be from ${minMs} ms to ${maxMs} ms`,
    });
    return z.NEVER;
  });
}
