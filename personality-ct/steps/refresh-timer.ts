import type { Clock } from '../../service/clock.js';
import type { Logger } from '../../service/logger.js';
import { timestampMs } from '../../tlog/scalars.js';
import { nextRefresh, type MmdPolicy } from '../core/policy.js';
import type { LogMeters } from '../ports/meters.js';
import type { PublishedCheckpoint, SequencerFailure, SequencerLog } from '../ports/sequencer.js';
import { createBackoff } from './backoff.js';
import type { CheckpointView } from './checkpoint-view.js';
import type { LogWatch } from './log-watch.js';
import { createRenewalDraws, type RenewalDraws } from './renewal-draws.js';

/** After a failed renewal the next try comes after this share of the refresh age, and later ones after more of it. */
const RETRY_FIRST_SHARE = 1 / 50;

/** Tries are never further apart than this share of the refresh age, so that the MMD is not lost by waiting. */
const RETRY_MAX_SHARE = 1 / 5;

/** Nor are they further apart than this, in ms, however long the refresh age is. */
const RETRY_MAX_MS = 30_000;

interface RefreshDeps {
  readonly sequencer: Pick<SequencerLog, 'integrate'>;
  readonly watch: Pick<LogWatch, 'look'>;
  readonly view: CheckpointView;
  readonly policy: MmdPolicy;
  readonly clock: Clock;
  /** A number in [0, 1), another one each time. */
  readonly dice: () => number;
  readonly meters: Pick<LogMeters, 'renewal'>;
  readonly log: Logger;
}

type Renewal =
  | { readonly kind: 'written'; readonly checkpoint: PublishedCheckpoint }
  | { readonly kind: 'already-fresh' }
  | { readonly kind: 'failed'; readonly failure: SequencerFailure };

/**
 * Renews the checkpoint when the newest one reaches the refresh age, and only then, until the signal.
 *
 * Ages are measured with a clock that does not jump (see CheckpointView). Each replica waits a little longer than the
 * refresh age, up to 10 % of it, by a time that it draws for each checkpoint (see RenewalDraws), and asks the sequencer
 * for the newest checkpoint right before it renews, so that of several replicas one does it. What failed is tried again,
 * a good deal more often than the refresh age; an answer that was lost is found by asking.
 */
export async function keepFresh(deps: RefreshDeps, signal: AbortSignal): Promise<void> {
  const { view, policy, clock, dice, meters } = deps;
  const backoff = createBackoff(retryTimes(policy), dice);
  const draws = createRenewalDraws(dice);
  const say = createSpeaker(deps.log);
  const dueInMs = (): number => untilDue({ view, policy, draws });
  try {
    while (!signal.aborted) {
      const delayMs = dueInMs();
      if (delayMs > 0) {
        await sleepUntilChange(delayMs, { view, clock }, signal);
        continue;
      }
      const renewal = await renew(deps, dueInMs, signal);
      if (renewal.kind === 'written') draws.wrote(renewal.checkpoint);
      meters.renewal(renewal.kind);
      say(renewal);
      if (renewal.kind === 'failed') await clock.sleep(backoff.nextMs(), signal);
      else backoff.reset();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function renew(deps: RefreshDeps, dueInMs: () => number, signal: AbortSignal): Promise<Renewal> {
  const { sequencer, watch, view } = deps;
  const status = await watch.look(signal);
  if (status.kind !== 'known') return { kind: 'failed', failure: reasonOf(status) };
  const before = view.newest();
  if (before === undefined || dueInMs() > 0) return { kind: 'already-fresh' };
  const answer = await sequencer.integrate(signal);
  if (answer.kind === 'failed') return answer;
  const { checkpoint, written } = answer.value;
  view.observe(checkpoint, 'pushed');
  if (isNewer(view.newest(), before)) return written ? { kind: 'written', checkpoint } : { kind: 'already-fresh' };
  const message = 'Integrate was asked for a new checkpoint and has answered with an old one';
  return { kind: 'failed', failure: { code: 'contradiction', message } };
}

/** Logs a failure when it is the first one in a row or another one than before, and the success after it. */
function createSpeaker(log: Logger): (renewal: Renewal) => void {
  let lastCode: SequencerFailure['code'] | undefined;
  return (renewal) => {
    const code = renewal.kind === 'failed' ? renewal.failure.code : undefined;
    if (renewal.kind === 'failed' && code !== lastCode) {
      log.warn({ code, reason: renewal.failure.message }, 'checkpoint cannot be renewed, trying again and again');
    }
    if (code === undefined && lastCode !== undefined) log.info({ before: lastCode }, 'checkpoints are renewed again');
    lastCode = code;
  };
}

function isNewer(newest: PublishedCheckpoint | undefined, before: PublishedCheckpoint): boolean {
  return newest !== undefined && newest.timestamp > before.timestamp;
}

function reasonOf(status: Awaited<ReturnType<LogWatch['look']>>): SequencerFailure {
  if (status.kind === 'mismatch') return { code: 'contradiction', message: status.problem };
  const failure = status.kind === 'unreachable' ? status.failure : undefined;
  return failure ?? { code: 'unreachable', message: 'the sequencer has not answered yet' };
}

/** In how many ms the newest checkpoint is due, 0 when it is; while none is known, when to look again. */
function untilDue({ view, policy, draws }: Pick<RefreshDeps, 'view' | 'policy'> & { draws: RenewalDraws }): number {
  const newest = view.newest();
  const ageMs = view.ageMs();
  if (newest === undefined || ageMs === undefined) return policy.refreshAgeMs;
  // On a scale that starts with the checkpoint, and on which nothing jumps.
  const now = timestampMs(Math.floor(ageMs));
  const refresh = nextRefresh(policy, { newest: timestampMs(0), now, dice: draws.of(newest) });
  return refresh.kind === 'due' ? 0 : refresh.delayMs;
}

/** Sleeps, but not longer than until the view changes. */
async function sleepUntilChange(
  delayMs: number,
  { view, clock }: Pick<RefreshDeps, 'view' | 'clock'>,
  signal: AbortSignal,
): Promise<void> {
  const change = new AbortController();
  const stopListening = view.onChange(() => {
    change.abort();
  });
  try {
    await clock.sleep(delayMs, AbortSignal.any([signal, change.signal]));
  } catch (error) {
    if (signal.aborted || !change.signal.aborted) throw error;
  } finally {
    stopListening();
  }
}

function retryTimes({ refreshAgeMs }: MmdPolicy): { firstMs: number; maxMs: number } {
  const maxMs = Math.min(refreshAgeMs * RETRY_MAX_SHARE, RETRY_MAX_MS);
  return { firstMs: Math.min(refreshAgeMs * RETRY_FIRST_SHARE, maxMs), maxMs };
}
