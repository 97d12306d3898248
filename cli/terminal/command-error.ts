/** Why a command cannot do what it was asked for: one sentence for the person who ran it. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}
