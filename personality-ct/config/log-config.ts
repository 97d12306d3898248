import { z } from 'zod';
import { duration } from '../../service/duration.js';
import { timestampMs, type TimestampMs } from '../../tlog/scalars.js';
import { oidProblem } from '../core/object-identifiers.js';
import { mmdPolicyProblem } from '../core/policy.js';
import type { WaitFor } from '../ports/sequencer.js';

/** The configuration of one log. */
export interface LogConfig {
  /** The log is served below /<name>/. */
  readonly name: string;
  /** Its name in the sequencer. Default: `name`. */
  readonly sequencerLog: string;
  /** For people: what log lists show. */
  readonly description: string;
  /** Whether log lists are to take it as a log for real certificates. Default: not said. */
  readonly logType: 'prod' | 'test' | undefined;
  /** Where the world submits to it, with a trailing slash. Its origin follows from it. */
  readonly submissionUrl: string;
  /** Where the world reads it, with a trailing slash. */
  readonly monitoringUrl: string;
  /** The origin line of its checkpoints. Default: `submissionUrl` without scheme and trailing slash, as CT wants it. */
  readonly origin: string;
  /** The log's P-256 key, PEM: signs the SCTs. */
  readonly keyFile: string;
  /** PEM files with the accepted roots. */
  readonly roots: readonly string[];
  /** The shard: a leaf's notAfter is in [notAfterStart, notAfterLimit). */
  readonly notAfterStart: TimestampMs;
  readonly notAfterLimit: TimestampMs;
  /** From when on submissions are answered 410. Default: never. */
  readonly readOnlyFrom: TimestampMs | undefined;
  /** The maximum merge delay. Default: 24h. */
  readonly mmd: number;
  /** The age at which the newest checkpoint is renewed. Default: 1h. */
  readonly refreshAge: number;
  /** What an answer waits for. Default: published, so that an SCT is never older than its inclusion. */
  readonly waitFor: WaitFor;
  /** What is refused beyond what every log must refuse. Default: nothing. */
  readonly rejectExpired: boolean;
  readonly rejectUnexpired: boolean;
  readonly refusePreIssuers: boolean;
  readonly refuseSha1: boolean;
  readonly rejectExtensions: readonly string[];
  readonly requireExtKeyUsages: readonly string[];
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const nameSchema = z.string().regex(NAME, 'must be 1 to 63 of a-z, 0-9 and -, and not begin with -');
const DEFAULT_MMD_MS = 24 * 3_600_000;
const DEFAULT_REFRESH_AGE_MS = 3_600_000;

/** The schema of one log's configuration. */
export const logSchema: z.ZodType<LogConfig> = z
  .strictObject({
    name: nameSchema,
    sequencerLog: nameSchema.optional(),
    description: z.string().min(1),
    logType: z.enum(['prod', 'test']).optional(),
    submissionUrl: prefixUrl(),
    monitoringUrl: prefixUrl(),
    origin: z.string().min(1).optional(),
    keyFile: z.string().min(1),
    roots: z.array(z.string().min(1)).min(1),
    notAfterStart: moment(),
    notAfterLimit: moment(),
    readOnlyFrom: moment().optional(),
    mmd: duration({ minMs: 1_000 }).default(DEFAULT_MMD_MS),
    refreshAge: duration({ minMs: 100 }).default(DEFAULT_REFRESH_AGE_MS),
    waitFor: z.enum(['durable', 'published']).default('published'),
    rejectExpired: z.boolean().default(false),
    rejectUnexpired: z.boolean().default(false),
    refusePreIssuers: z.boolean().default(false),
    refuseSha1: z.boolean().default(false),
    rejectExtensions: z.array(objectIdentifier()).default([]),
    requireExtKeyUsages: z.array(objectIdentifier()).default([]),
  })
  // Also when single settings are wrong, so that every problem is reported at once.
  .superRefine(refuseContradictions, { when: ({ value }) => typeof value === 'object' && value !== null })
  .transform((log) => ({
    ...log,
    sequencerLog: log.sequencerLog ?? log.name,
    origin: log.origin ?? originOf(log.submissionUrl),
    logType: log.logType,
    readOnlyFrom: log.readOnlyFrom,
  }));

/** Settings that are right each for itself, and not together. Those that are missing or wrong are not looked at. */
function refuseContradictions(
  log: Readonly<Partial<Record<keyof LogConfig, unknown>>>,
  context: z.RefinementCtx,
): void {
  const { notAfterStart, notAfterLimit, mmd, refreshAge, rejectExpired, rejectUnexpired } = log;
  const add = (path: keyof LogConfig, message: string): void => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  if (isNumber(notAfterStart) && isNumber(notAfterLimit) && notAfterStart >= notAfterLimit) {
    add('notAfterLimit', 'must be later than notAfterStart');
  }
  if (rejectExpired === true && rejectUnexpired === true) {
    add('rejectUnexpired', 'with rejectExpired, nothing would be accepted');
  }
  if (isNumber(mmd) && isNumber(refreshAge)) {
    const policyProblem = mmdPolicyProblem({ mmdMs: mmd, refreshAgeMs: refreshAge });
    if (policyProblem !== undefined) add('refreshAge', policyProblem);
  }
}

/** A setting that is wrong is still the text that it was. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** The origin of a log: its submission prefix without scheme and trailing slash. Source: c2sp.org/static-ct-api */
function originOf(submissionUrl: string): string {
  return submissionUrl.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

function prefixUrl(): z.ZodType<string> {
  return z
    .string()
    .refine(isPrefixUrl, 'must be an http or https URL that ends with a slash, without query and fragment');
}

function isPrefixUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && /^[^?#]*\/$/.test(text);
}

function moment(): z.ZodType<TimestampMs> {
  return z.iso
    .datetime({ offset: true, error: 'must be a date and time as in RFC 3339, like 2025-07-01T00:00:00Z' })
    .transform((text) => timestampMs(Date.parse(text)));
}

function objectIdentifier(): z.ZodType<string> {
  return z.string().superRefine((dotted, context) => {
    const message = oidProblem(dotted);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}
