import type { TimestampMs } from '../../tlog/scalars.js';

/** What a log promises about time. */
export interface MmdPolicy {
  /** The maximum merge delay, in ms: within it, an entry with an SCT is covered by a public checkpoint. */
  readonly mmdMs: number;
  /** The age, in ms, at which the newest checkpoint is renewed even if nothing was added. */
  readonly refreshAgeMs: number;
}

/** Whether the newest checkpoint is to be renewed now, or in how many ms (1 to refreshAgeMs) to look again. */
export type Refresh = { readonly kind: 'due' } | { readonly kind: 'wait'; readonly delayMs: number };

/** Whether the log can keep the promise of an SCT. While it is `endangered`, none is signed, and readiness says why. */
export type PromiseState =
  | { readonly kind: 'kept' }
  | {
      readonly kind: 'endangered';
      readonly code: 'checkpoint-unknown' | 'checkpoint-old' | 'entries-unpublished';
      readonly message: string;
      /** The age that is too great, in ms; undefined if nothing is known. */
      readonly ageMs: number | undefined;
      readonly limitMs: number;
    };

/**
 * Over which share of the refresh age replicas spread their renewals. Each looks at the age first, so the one that drew
 * the earliest moment renews, and the others find a young checkpoint.
 */
const JITTER_SHARE = 0.1;

/** Says what is wrong with a policy, or undefined if nothing is. */
export function mmdPolicyProblem(policy: MmdPolicy): string | undefined {
  if (policy.refreshAgeMs > 0 && latestRefreshMs(policy) < policy.mmdMs) return undefined;
  return `refreshAge must be above 0, and below mmd by more than ${JITTER_SHARE * 100} %`;
}

/**
 * Says when the newest checkpoint is to be renewed: at an age in [refreshAge, refreshAge · (1 + JITTER_SHARE)).
 *
 * A wait is never longer than the refresh age, so that a clock that jumped back cannot put the timer to sleep.
 * @param dice in [0, 1), drawn once for each checkpoint.
 */
export function nextRefresh(
  { refreshAgeMs }: MmdPolicy,
  { newest, now, dice }: { readonly newest: TimestampMs; readonly now: TimestampMs; readonly dice: number },
): Refresh {
  const dueIn = newest + Math.floor(refreshAgeMs * (1 + JITTER_SHARE * dice)) - now;
  return dueIn <= 0 ? { kind: 'due' } : { kind: 'wait', delayMs: Math.min(dueIn, refreshAgeMs) };
}

/**
 * Says whether SCTs may be signed: the newest checkpoint and the oldest entry that none covers must be younger than
 * halfway between the latest regular renewal and the MMD. The other half is there to mend what is broken.
 * @param newest the timestamp of the newest checkpoint; undefined if none has been seen.
 * @param oldestUnpublished the timestamp of the oldest entry that no checkpoint covers; undefined if there is none.
 */
export function promiseState(
  policy: MmdPolicy,
  at: {
    readonly newest: TimestampMs | undefined;
    readonly oldestUnpublished: TimestampMs | undefined;
    readonly now: TimestampMs;
  },
): PromiseState {
  const limitMs = Math.floor((latestRefreshMs(policy) + policy.mmdMs) / 2);
  if (at.newest === undefined) return endangered('checkpoint-unknown', undefined, limitMs);
  const checkpointAgeMs = at.now - at.newest;
  if (checkpointAgeMs >= limitMs) return endangered('checkpoint-old', checkpointAgeMs, limitMs);
  const entryAgeMs = at.oldestUnpublished === undefined ? 0 : at.now - at.oldestUnpublished;
  return entryAgeMs >= limitMs ? endangered('entries-unpublished', entryAgeMs, limitMs) : { kind: 'kept' };
}

const ENDANGERED = {
  'checkpoint-unknown': 'no checkpoint of the log has been seen yet',
  'checkpoint-old': 'the newest checkpoint was not renewed in time',
  'entries-unpublished': 'an entry has waited too long for a checkpoint that covers it',
} as const;

function endangered(code: keyof typeof ENDANGERED, ageMs: number | undefined, limitMs: number): PromiseState {
  const age = ageMs === undefined ? '' : `: it is ${ageMs} ms old, and SCTs stop at ${limitMs} ms`;
  return { kind: 'endangered', code, message: `${ENDANGERED[code]}${age}`, ageMs, limitMs };
}

function latestRefreshMs({ refreshAgeMs }: MmdPolicy): number {
  return refreshAgeMs * (1 + JITTER_SHARE);
}
