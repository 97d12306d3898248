import { readRunFile, removeRunFile } from '../data-directory/run-file.js';
import { CommandError } from '../terminal/command-error.js';
import { isFree } from './ports.js';

/**
 * Makes sure that nothing runs on a data directory. What a kill has left behind of an earlier run is removed.
 *
 * A process ID alone proves little, since it may be somebody else's by now: the address has to be taken, too.
 *
 * @throws CommandError naming the processes that run.
 */
export async function refuseRunning(directory: string): Promise<void> {
  const run = readRunFile(directory);
  if (run === undefined) return;
  const pids = Object.values(run.pids).filter(isAlive);
  const port = Number(run.sequencer.split(':').at(-1));
  if (pids.length > 0 && !(await isFree(port))) {
    const one = pids.length === 1 ? 'process' : 'processes';
    throw new CommandError(
      `${directory} is in use by ${one} ${pids.join(', ')}: stop that first, or name another --dir.`,
    );
  }
  removeRunFile(directory);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, and it belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
