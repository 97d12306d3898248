import type { Clock } from '../../service/clock.js';
import type { Logger } from '../../service/logger.js';
import type { Answer, LogReport, SequencerFailure, SequencerLog } from '../ports/sequencer.js';
import { createBackoff } from './backoff.js';
import type { CheckpointView } from './checkpoint-view.js';
import { identityProblem, type ExpectedLog } from './log-identity.js';

/** How often the state of the log is asked for, in ms: it finds what a silent stream of checkpoints does not tell. */
export const STATE_POLL_MS = 2_000;

/** How long to wait before the stream of checkpoints is opened again, in ms. */
const RECONNECT_BACKOFF = { firstMs: 100, maxMs: 2_000 };

/** What is known of the log from its sequencer. */
export type LogStatus =
  /** The sequencer has not answered yet, or does not any more. */
  | { readonly kind: 'unreachable'; readonly failure: SequencerFailure | undefined; readonly lastReport?: LogReport }
  /** The sequencer has answered, and the log is another one than the configured one. */
  | { readonly kind: 'mismatch'; readonly problem: string }
  /** The sequencer answers, and the log is the right one. */
  | { readonly kind: 'known'; readonly lastReport: LogReport };

/** Keeps in touch with one log of the sequencer. */
export interface LogWatch {
  readonly status: () => LogStatus;
  /** Asks now, and takes note of the answer. @returns the status that follows from it. */
  look(signal: AbortSignal): Promise<LogStatus>;
  /** Follows the log until the signal: asks for its state again and again, and receives its checkpoints. */
  run(signal: AbortSignal): Promise<void>;
}

interface LogWatchDeps {
  readonly sequencer: Pick<SequencerLog, 'getLog' | 'watchCheckpoints'>;
  readonly expected: ExpectedLog;
  readonly view: CheckpointView;
  readonly clock: Clock;
  /** A number in [0, 1), another one each time. */
  readonly dice: () => number;
  readonly log: Logger;
  /** Called when a stream was opened: the sequencer may be a new one. */
  readonly onConnected: () => void;
}

/** Creates the watch of one log. Checkpoints of a log that is not the configured one are not looked at. */
export function createLogWatch(deps: LogWatchDeps): LogWatch {
  const { sequencer, expected, view, clock, log } = deps;
  let status: LogStatus = { kind: 'unreachable', failure: undefined };

  async function look(signal: AbortSignal): Promise<LogStatus> {
    const answer = await sequencer.getLog(signal);
    const next = statusAfter(answer, { expected, before: status });
    sayChange(log, status, next);
    status = next;
    if (status.kind === 'known' && status.lastReport.published) view.observe(status.lastReport.published, 'looked-up');
    return status;
  }

  async function poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await look(signal);
      await clock.sleep(STATE_POLL_MS, signal);
    }
  }

  async function watch(signal: AbortSignal): Promise<void> {
    const backoff = createBackoff(RECONNECT_BACKOFF, deps.dice);
    while (!signal.aborted) {
      const { kind } = await look(signal);
      if (kind === 'known') {
        const failure = await watchOnce(backoff.reset, signal);
        log.warn({ code: failure.code, reason: failure.message }, 'stream of checkpoints ended, will be opened again');
      }
      await clock.sleep(backoff.nextMs(), signal);
    }
  }

  function watchOnce(onFirst: () => void, signal: AbortSignal): Promise<SequencerFailure> {
    let first = true;
    return sequencer.watchCheckpoints((checkpoint) => {
      if (first) {
        onFirst();
        deps.onConnected();
      }
      // The first message is the checkpoint that was there already; every later one is pushed when it is published.
      view.observe(checkpoint, first ? 'looked-up' : 'pushed');
      first = false;
    }, signal);
  }

  return {
    status: () => status,
    look,
    async run(signal) {
      await Promise.all([poll(signal), watch(signal)]).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    },
  };
}

function statusAfter(
  answer: Answer<LogReport>,
  { expected, before }: { expected: ExpectedLog; before: LogStatus },
): LogStatus {
  if (answer.kind === 'answered') {
    const problem = identityProblem(expected, answer.value);
    return problem === undefined ? { kind: 'known', lastReport: answer.value } : { kind: 'mismatch', problem };
  }
  const lastReport = before.kind === 'mismatch' ? undefined : before.lastReport;
  return { kind: 'unreachable', failure: answer.failure, ...(lastReport && { lastReport }) };
}

/** Says each change once, and an unchanged state not again. */
function sayChange(log: Logger, before: LogStatus, now: LogStatus): void {
  if (now.kind === 'mismatch' && !(before.kind === 'mismatch' && before.problem === now.problem)) {
    log.error({ problem: now.problem }, 'the log of the sequencer is not the configured one: no SCT will be issued');
  }
  if (now.kind === 'unreachable' && (before.kind !== 'unreachable' || before.failure?.code !== now.failure?.code)) {
    log.warn({ code: now.failure?.code, reason: now.failure?.message }, 'sequencer does not answer');
  }
  if (now.kind === 'known' && before.kind !== 'known') {
    log.info({ origin: now.lastReport.origin, mode: now.lastReport.mode }, 'sequencer answers for the configured log');
  }
}
