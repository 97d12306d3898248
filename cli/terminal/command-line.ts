import type { Command } from 'commander';
import { CommanderError, InvalidArgumentError } from 'commander';

/** What a command line asks for, or the code with which the command ends at once: help was shown, or it was wrong. */
export type CommandLine<Options> =
  | { readonly kind: 'run'; readonly args: readonly string[]; readonly options: Options }
  | { readonly kind: 'exit'; readonly code: number };

/**
 * Reads a command line. What is wrong with it is written on stderr, in one sentence.
 *
 * @param argv the arguments, without those of Node.js.
 * @param errorCode the exit code for a command line that is wrong.
 */
export function parseCommandLine<Options extends object>(
  command: Command,
  argv: readonly string[],
  errorCode: number,
): CommandLine<Options> {
  command.exitOverride().showHelpAfterError(false);
  try {
    command.parse(argv, { from: 'user' });
    return { kind: 'run', args: command.args, options: command.opts<Options>() };
  } catch (error) {
    // Commander has already written what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) return { kind: 'exit', code: error.exitCode === 0 ? 0 : errorCode };
    throw error;
  }
}

/** The parser of an argument that is a whole number in [min, max]. */
export function integerArgument({ min, max }: { min: number; max: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^(0|[1-9][0-9]{0,8})$/.test(text) && min <= value && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** The parser of an argument that is an http or https URL. */
export function urlArgument(text: string): URL {
  if (isHttpUrl(text)) return new URL(text);
  throw new InvalidArgumentError('It must be a URL that begins with http:// or https://.');
}

/** Whether a text is an http or https URL. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** The parser of an argument that may come several times. */
export function repeatedArgument(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}
