import { relative } from 'node:path';
import type { RunFile } from '../data-directory/run-file.js';
import type { ReadySetup } from './setup.js';

/** What is said when everything serves: addresses, key, origin, and three commands that work. */
export function announcement(setup: ReadySetup, run: RunFile, cwd: string): string {
  const { directory, shard, ports, state } = setup;
  const [startDay, limitDay] = [shard.startMs, shard.limitMs].map((timeMs) => new Date(timeMs).toISOString());
  const moved =
    ports.personality === state.personalityPort
      ? []
      : ['', `The origin stays as it was made: it is who the log is, not where it is.`];
  return [
    '',
    'Andamento serves.',
    '',
    `  submission prefix   ${run.personality}`,
    `  monitoring prefix   ${run.read}`,
    `  sequencer (gRPC)    ${run.sequencer}`,
    `  operations          ${run.ops.join(' ')}`,
    `  origin              ${run.origin}`,
    `  public key          ${run.publicKey}`,
    `  takes certificates  that expire from ${startDay} on and before ${limitDay}`,
    `  data and logs       ${directory}`,
    ...moved,
    '',
    'Try next, in another terminal:',
    ...nextSteps(setup, run, cwd).map((command) => `  ${command}`),
    '',
    'Ctrl-C publishes what was accepted, and stops.',
    '',
  ].join('\n');
}

function nextSteps({ directory, chains }: ReadySetup, run: RunFile, cwd: string): string[] {
  const first = chains[0];
  const show = (path: string): string => shellWord(shorter(path, cwd));
  const submit =
    first === undefined
      ? `curl ${run.personality}ct/v1/get-roots`
      : `npm run submit -- --dir ${show(directory)} ${show(first)}`;
  return [submit, `curl ${run.read}checkpoint`, `npm run fsck -- ${run.read}`];
}

/** A path from where the person is, if it is below. */
function shorter(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') ? path : short === '' ? '.' : short;
}

/** A word that a shell takes as it is. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
