import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrepareError } from './prepare-error.mjs';

/**
 * Whether node_modules holds what package-lock.json says. npm writes node_modules/.package-lock.json as the last thing
 * of an installation, so an interrupted one is not taken for a whole one, and one made by hand counts as well.
 */
export function arePackagesInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  const isEachWanted = Object.keys(installed).every((path) => path in wanted);
  return isEachWanted && Object.entries(wanted).every(([path, entry]) => isSame(entry, installed[path]));
}

/** @throws PrepareError when npm fails. Its own words are on stderr by then. */
export function installPackages(root) {
  console.error('Installing packages (npm ci) …');
  // What is built here needs the development packages, also where NODE_ENV says production.
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { error, status, signal } = npm(options, root);
  if (error !== undefined) throw new PrepareError(`npm could not be started: ${error.message}.`);
  if (status !== 0)
    throw new PrepareError(`npm ci failed (${signal ?? `exit code ${status}`}): see its messages above.`);
}

/** Runs the npm that runs this script, or the one on the PATH. What it prints goes to stderr. */
function npm(options, root) {
  const spawnOptions = { cwd: root, stdio: ['ignore', 2, 2] };
  const npmCli = process.env.npm_execpath;
  if (npmCli?.endsWith('npm-cli.js')) return spawnSync(process.execPath, [npmCli, ...options], spawnOptions);
  return spawnSync('npm', options, { ...spawnOptions, shell: process.platform === 'win32' });
}

/** The packages of a lock file by their paths, without the project itself; undefined if it cannot be read. */
function packagesOf(file) {
  try {
    const { '': _project, ...packages } = JSON.parse(readFileSync(file, 'utf8')).packages;
    return packages;
  } catch {
    return undefined;
  }
}

/** A package may be absent only if it is optional: made for another platform, that is. */
function isSame(wanted, installed) {
  if (installed === undefined) return wanted.optional === true || wanted.devOptional === true;
  return wanted.version === installed.version && wanted.integrity === installed.integrity;
}
