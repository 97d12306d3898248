import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PrepareError } from './prepare-error.mjs';

/** How long to wait for another process that prepares the same checkout, in ms: several slow installations. */
const TURN_WAIT_MAX_MS = 10 * 60_000;
/** The longest pause between two looks, in ms. */
const TURN_PAUSE_MAX_MS = 200;

/**
 * Waits until no other process prepares this checkout. Returns a function that ends the turn.
 *
 * Everybody raises a flag, a file with its process id in the name, and only then looks for other flags: of two
 * processes, the one that looks last sees the other's flag, so both cannot go ahead. Who sees another flag lowers its
 * own and tries again after a random pause. A flag of a process that is gone counts for nothing, so a kill leaves
 * nothing behind that has to be mended.
 *
 * @throws PrepareError naming the flag of who has held on for too long.
 */
export async function takeTurn(root) {
  const flags = join(root, 'dist', '.turns');
  const mine = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const deadline = Date.now() + TURN_WAIT_MAX_MS;
  mkdirSync(flags, { recursive: true });
  for (let isFirst = true; ; isFirst = false) {
    if (otherFlags(flags, mine).length === 0) {
      writeFileSync(join(flags, mine), '');
      if (otherFlags(flags, mine).length === 0) return () => rmSync(join(flags, mine), { force: true });
      rmSync(join(flags, mine), { force: true });
    }
    const [other] = otherFlags(flags, mine);
    if (other !== undefined && isFirst)
      console.error(`Waiting for process ${pidOf(other)}, which is preparing this checkout.`);
    if (other !== undefined && Date.now() > deadline) {
      throw new PrepareError(
        `Process ${pidOf(other)} has been preparing this checkout for too long: end it, or remove ${join(flags, other)}.`,
      );
    }
    await sleep(20 + Math.random() * (TURN_PAUSE_MAX_MS - 20));
  }
}

/** The flags of other processes that are alive. Those of dead ones are removed. */
function otherFlags(flags, mine) {
  return readdirSync(flags).filter((flag) => {
    if (flag === mine) return false;
    if (isAlive(pidOf(flag))) return true;
    rmSync(join(flags, flag), { force: true });
    return false;
  });
}

function pidOf(flag) {
  return Number.parseInt(flag, 10);
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, and it belongs to somebody else.
    return error.code === 'EPERM';
  }
}
