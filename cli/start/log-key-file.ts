import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPrivateKey } from '../../service/key-file.js';
import { StartupError } from '../../service/startup-error.js';
import { logDirectory, type DataDirectoryState } from '../data-directory/state-file.js';
import { CommandError } from '../terminal/command-error.js';
import { createPrivateFile } from './private-file.js';

/** The key of a log, as far as a starter has to know it. */
export interface LogKeyFile {
  readonly file: string;
  /** The DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

/**
 * The key with which the log signs. It is made on first use, P-256 in PKCS#8, and never again: a log whose key is lost is
 * not continued under another.
 *
 * @throws CommandError when it is missing, or is no such key.
 */
export async function openLogKey(directory: string, state: DataDirectoryState): Promise<LogKeyFile> {
  const file = join(directory, `${state.log}-key.pem`);
  if (!existsSync(file)) {
    if (existsSync(logDirectory(directory, state))) {
      throw new CommandError(
        `The key ${file} of the log in ${logDirectory(directory, state)} is missing: put it back.`,
      );
    }
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    createPrivateFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  try {
    const { privateKey } = await readPrivateKey(file, 'p256');
    return { file, spki: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) };
  } catch (error) {
    if (error instanceof StartupError) throw new CommandError(`The ${error.message}.`, { cause: error });
    throw error;
  }
}
