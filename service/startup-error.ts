import { formatAddress, type Address } from './address.js';

/** Why a service cannot start: one sentence for the person who started it. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

const LISTEN_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there already',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'there is no such host name',
};

/**
 * Turns the failure to listen into a sentence that names the address and the setting it came from.
 *
 * The code is also looked for in the message, because grpc-js wraps the system's error in a text of its own.
 *
 * @returns a StartupError when the reason is known, otherwise the error as it is.
 */
export function listenFailure(error: unknown, { at, setting }: { at: Address; setting: string }): Error {
  const text = error instanceof Error ? `${'code' in error ? String(error.code) : ''} ${error.message}` : '';
  const code = Object.keys(LISTEN_REASONS).find((known) => text.includes(known));
  if (code === undefined) return error instanceof Error ? error : new Error(text, { cause: error });
  const sentence = `cannot listen at ${formatAddress(at)} (setting ${setting}): ${LISTEN_REASONS[code]} (${code})`;
  return new StartupError(sentence, { cause: error });
}
