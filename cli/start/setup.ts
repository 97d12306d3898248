import { resolve } from 'node:path';
import { mmdPolicyProblem } from '../../personality-ct/core/policy.js';
import { writeState, type DataDirectoryState } from '../data-directory/state-file.js';
import { CommandError } from '../terminal/command-error.js';
import type { Setup } from './config-files.js';
import { claimDirectory } from './data-directory.js';
import type { StartFlags } from './flags.js';
import { openLogKey } from './log-key-file.js';
import { choosePorts, LOOPBACK, type Ports } from './ports.js';
import { checkRoots } from './roots.js';
import { refuseRunning } from './running.js';
import { chooseShard } from './shard.js';
import { openTestCaFiles } from './test-ca-files.js';

/** The name of the log. */
const LOG_NAME = 'dev';

/** Where a data directory lies unless told otherwise. */
const DIRECTORY_DEFAULT = 'data';

/** A setup, with what it offers to try out. */
export interface ReadySetup extends Setup {
  /** Chains that the log takes; none where the roots are somebody else's. */
  readonly chains: readonly string[];
}

/**
 * Checks the flags, and makes what is missing in the data directory: state, key, test CA. Nothing listens yet.
 *
 * @param cwd what relative paths in the flags start from.
 * @throws CommandError for the first thing that is wrong.
 */
export async function prepareSetup(flags: StartFlags, { cwd, now }: { cwd: string; now: Date }): Promise<ReadySetup> {
  const problem = mmdPolicyProblem({ mmdMs: flags.mmd.ms, refreshAgeMs: flags.refreshAge.ms });
  if (problem !== undefined) throw new CommandError(`--mmd and --refresh-age do not fit: ${problem}.`);
  const ownRoots = (flags.roots ?? []).map((file) => resolve(cwd, file));
  checkRoots(ownRoots);
  chooseShard(flags, now.getTime());
  const directory = flags.dir === undefined ? resolve(DIRECTORY_DEFAULT) : resolve(cwd, flags.dir);
  const former = claimDirectory(directory);
  await refuseRunning(directory);
  const ports = await choosePorts(flags, former?.personalityPort);
  try {
    const state = former ?? createState(directory, ports, now);
    const shard = chooseShard(flags, state.createdMs);
    const key = await openLogKey(directory, state);
    const common = { directory, state, flags, ports, key, shard };
    if (ownRoots.length > 0) return { ...common, roots: ownRoots, chains: [] };
    const { root, chains } = openTestCaFiles(directory, { shard, now });
    return { ...common, roots: [root], chains };
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new CommandError(`${directory} cannot be written: ${error.message}.`, { cause: error });
  }
}

/** The origin names the port of the first start, and stays: it is who the log is, not where it is. */
function createState(directory: string, ports: Ports, now: Date): DataDirectoryState {
  const state = {
    version: 1,
    log: LOG_NAME,
    origin: `${LOOPBACK}:${ports.personality}/${LOG_NAME}`,
    personalityPort: ports.personality,
    createdMs: now.getTime(),
  } as const;
  writeState(directory, state);
  return state;
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
