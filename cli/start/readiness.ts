import type { Clock } from '../../service/clock.js';
import { CommandError } from '../terminal/command-error.js';
import type { ServiceProcess } from './service-process.js';

/** How long recovery may take, in ms: the index of a large log is rebuilt from its bundles. */
const READY_TIMEOUT_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 25;
/** How often it is said why one still waits, in ms. */
const TELL_AGAIN_MS = 5_000;

/** What a log that has stopped says in readiness; it will not serve again by itself. */
const STOPPED = /\bis stopped\b/;

/**
 * Waits until a service says that it can do its work.
 *
 * @param tell told why it cannot yet, now and then.
 * @throws CommandError when it ends, has stopped a log or takes too long. The signal's reason when that is aborted.
 */
export async function untilReady(
  service: ServiceProcess,
  opsUrl: string,
  { clock, signal, tell }: { clock: Clock; signal: AbortSignal; tell: (line: string) => void },
): Promise<void> {
  const beganMs = clock.monotonicMs();
  for (let toldMs = beganMs; ;) {
    const reasons = await notReady(opsUrl, signal);
    if (reasons === undefined) return;
    signal.throwIfAborted();
    const why = reasons.join('; ');
    if (service.hasEnded()) throw new CommandError(`The ${service.name} has ended: ${service.lastWords()}`);
    if (STOPPED.test(why)) throw new CommandError(`The ${service.name} cannot serve: ${why}.`);
    const nowMs = clock.monotonicMs();
    if (nowMs - beganMs > READY_TIMEOUT_MS) throw new CommandError(`The ${service.name} does not get ready: ${why}.`);
    if (nowMs - toldMs > TELL_AGAIN_MS) {
      toldMs = nowMs;
      tell(`Waiting for the ${service.name}: ${why}`);
    }
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

/** Why a service is not ready; undefined when it is. */
async function notReady(opsUrl: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  try {
    const response = await fetch(`${opsUrl}/readyz`, { signal });
    const body = (await response.json()) as { reasons?: readonly string[] };
    return response.ok ? undefined : (body.reasons ?? [`it answers ${response.status}`]);
  } catch (error) {
    return [(error as Error).message];
  }
}
