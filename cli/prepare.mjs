// Makes the checkout ready to run: installs what package-lock.json says, and compiles. Both only if needed, so that a
// second start costs a fraction of a second. Plain JavaScript on Node.js builtins, because it runs before anything is
// installed.
import { fileURLToPath } from 'node:url';
import { dirname } from 'node:path';
import { build, isBuilt } from './prepare/build.mjs';
import { arePackagesInstalled, installPackages } from './prepare/packages.mjs';
import { PrepareError } from './prepare/prepare-error.mjs';
import { takeTurn } from './prepare/turn.mjs';

/** The oldest Node.js that this project is tested with. The same is said in package.json, engines. */
const NODE_OLDEST = [20, 19];

/** @throws PrepareError when this Node.js is too old. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > NODE_OLDEST[0] || (major === NODE_OLDEST[0] && minor >= NODE_OLDEST[1]);
  if (!isEnough) {
    throw new PrepareError(
      `Node.js ${NODE_OLDEST.join('.')} or newer is needed, and this is ${process.versions.node}.`,
    );
  }
}

/** Installs and builds what is missing in the checkout at `root`. */
async function prepare(root) {
  checkNode();
  if (arePackagesInstalled(root) && isBuilt(root)) return;
  const endTurn = await takeTurn(root);
  try {
    // Asked again, because the process that had its turn before has perhaps done it.
    if (!arePackagesInstalled(root)) installPackages(root);
    if (!isBuilt(root)) build(root);
  } finally {
    endTurn();
  }
}

try {
  await prepare(dirname(dirname(fileURLToPath(import.meta.url))));
} catch (error) {
  if (!(error instanceof PrepareError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
