import { CommandError } from '../terminal/command-error.js';

/** The public objects of one log, wherever they are: behind a URL, in a directory, in memory. */
export interface PublicObjects {
  /** Where they are, for messages: the URL or the directory, without a slash at the end. */
  readonly where: string;
  /**
   * The bytes of an object, by its path below the monitoring prefix, like `tile/0/000`; undefined where there is none.
   * @throws CannotLookError when it cannot be told. The signal's reason when that is aborted.
   */
  read(path: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
}

/** Why nothing can be said about a log: nobody answers, no such directory, no key. One sentence. */
export class CannotLookError extends CommandError {
  override readonly name = 'CannotLookError';
}

/**
 * The largest object that is read, in bytes: a bundle of 256 entries of two times 256 KiB.
 * Source: andamento/v1/sequencer.proto, Entry; c2sp.org/tlog-tiles.
 */
export const OBJECT_SIZE_MAX_BYTES: number = 256 * 2 * 262_144;
