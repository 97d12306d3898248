import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { projectRoot } from '../testdata.js';
import type { Image } from './image.js';
import { findTool, run } from '../tools.js';

/** A folder of this machine that stands for a pod's volume. */
export interface Mount {
  readonly source: string;
  /** Where the container sees it. */
  readonly path: string;
  readonly isReadOnly: boolean;
}

/** What a container's process is started in. */
interface Place {
  readonly image: Image;
  readonly mounts: readonly Mount[];
  /** The number of user and group. */
  readonly user: number;
  /** A folder of its own, for whatever the sandbox needs. */
  readonly scratch: string;
}

/** A program to start on this machine. */
interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The PATH with which the container's own command is found. */
  readonly path: string;
}

/** A way to start a container's command without a container engine. */
export interface Sandbox {
  /** What the process sees where a manifest says this: the same text, unless paths cannot be kept. */
  rewrite(text: string, mounts: readonly Mount[]): string;
  commandLine(command: readonly string[], place: Place): CommandLine;
}

const NODE_FOLDER = dirname(process.execPath);
const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(delimiter);
/** Where enter.sh puts NODE_FOLDER. */
const NODE_FOLDER_INSIDE = '/node';

/** Runs the command where it is, with the paths of volumes rewritten. Works everywhere. */
export const pathRewriter: Sandbox = {
  rewrite: replacePaths,
  commandLine: ([file = '', ...args], { image }) => ({
    file,
    args,
    cwd: join(image.root, image.workdir),
    path: [NODE_FOLDER, SYSTEM_PATH].join(delimiter),
  }),
};

/** In one pass, because the folders of this machine may have such a path in their own. */
function replacePaths(text: string, mounts: readonly Mount[]): string {
  const paths = mounts.map(({ path }) => path).join('|');
  const folderOf = (found: string): string => mounts.find(({ path }) => path === found)?.source ?? found;
  return text.replace(new RegExp(`(?<![\\w./-])(?:${paths})(?=/)`, 'g'), folderOf);
}

/**
 * Runs the command in a root file system of its own, read-only, with every path as the manifest says it, without any
 * capability, and as the manifest's user where this process may choose one.
 *
 * @returns undefined where this machine does not let us have a mount namespace.
 */
export async function mountNamespace(): Promise<Sandbox | undefined> {
  const unshare = findTool('unshare');
  if (unshare === undefined || findTool('setpriv') === undefined) return undefined;
  // The first is for root. In a user namespace (the second), only one user exists.
  for (const flags of [['--mount'], ['--map-root-user', '--mount']]) {
    if ((await run(unshare, [...flags, 'true'])).code === 0) return namespaceSandbox(unshare, flags);
  }
  return undefined;
}

function namespaceSandbox(unshare: string, flags: readonly string[]): Sandbox {
  const enter = join(projectRoot(), 'test', 'deploy', 'enter.sh');
  return {
    rewrite: (text) => text,
    commandLine(command, { image, mounts, user, scratch }) {
      const root = join(scratch, 'root');
      mkdirSync(root, { recursive: true });
      const who = flags.length === 1 ? String(user) : 'same';
      const bound = mounts.flatMap(({ source, path, isReadOnly }) => [isReadOnly ? 'ro' : 'rw', source, path]);
      const args = [enter, who, NODE_FOLDER, image.root, image.workdir, root, ...bound, '--', ...command];
      const path = [NODE_FOLDER_INSIDE, SYSTEM_PATH].join(delimiter);
      return { file: unshare, args: [...flags, ...args], cwd: '/', path };
    },
  };
}
