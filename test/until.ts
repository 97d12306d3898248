import { setTimeout as pause } from 'node:timers/promises';

const LOOK_AGAIN_MS = 10;

/**
 * Looks again and again until there is something to see, and returns it.
 *
 * @param what is waited for, for the message. @param look returns undefined while there is nothing.
 * @throws Error when `timeoutMs` have passed, or whatever `look` throws.
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() >= deadlineMs) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await pause(LOOK_AGAIN_MS);
  }
}
