import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../../service/clock.js';
import { CHECKPOINT_OBJECT, LOG_JSON_OBJECT } from '../../sequencer/core/object-names.js';
import { logDirectory, readState } from '../data-directory/state-file.js';
import { directoryObjects } from '../public-log/directory-objects.js';
import { httpObjects } from '../public-log/http-objects.js';
import { CannotLookError, type PublicObjects } from '../public-log/public-objects.js';
import { isHttpUrl } from '../terminal/command-line.js';

/**
 * The public objects that a person means.
 *
 * @param target a monitoring prefix; a directory with a `checkpoint`; one that holds such a one as `public/`; or the data
 *   directory of `npm start`.
 * @throws CannotLookError when it is none of these.
 */
export function openTarget(target: string, { cwd, clock }: { cwd: string; clock: Clock }): PublicObjects {
  if (isHttpUrl(target)) return httpObjects(new URL(target), { clock });
  const directory = resolve(cwd, target);
  if (!existsSync(directory)) throw new CannotLookError(`There is no directory ${directory}.`);
  if (!statSync(directory).isDirectory()) throw new CannotLookError(`${directory} is not a directory.`);
  return directoryObjects(findPublic(directory));
}

function findPublic(directory: string): string {
  const state = readState(directory);
  const candidates = [directory, join(directory, 'public')];
  if (state !== undefined) candidates.push(join(logDirectory(directory, state), 'public'));
  const found = candidates.find((candidate) =>
    [CHECKPOINT_OBJECT, LOG_JSON_OBJECT].some((object) => existsSync(join(candidate, object))),
  );
  if (found !== undefined) return found;
  throw new CannotLookError(
    `There is no log in ${directory}: neither ${CHECKPOINT_OBJECT} nor ${LOG_JSON_OBJECT} is there.`,
  );
}
