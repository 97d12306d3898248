import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError, type Store } from '../../../sequencer/ports/store.js';
import { openLogDirectory } from '../../../sequencer/storage/posix/log-directory.js';

// A process that works on a log directory, for tests that stop, kill or constrain it. It writes one line of JSON for each
// thing that it has done: node main.js hold|write|overflow|verbs DIRECTORY

/** Bytes of each object that `write` creates: enough for several system calls. */
const WRITTEN_BYTES = 300_000;

/** More than a test allows a file to have. */
const OVERFLOW_BYTES = 2_000_000;

const [action = '', directory = ''] = process.argv.slice(2);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Waits for the parent to close stdin, or to kill. */
async function waitForEnd(): Promise<void> {
  for await (const chunk of process.stdin) say({ ignored: String(chunk) });
}

/** Creates one object after the other, until it is killed. */
async function write(store: Store): Promise<never> {
  for (let i = 0; ; i++) {
    const name = `object/${i}`;
    await store.create(name, new Uint8Array(WRITTEN_BYTES).fill(i % 256));
    await store.swap('newest', (await store.read('newest'))?.version, new Uint8Array(WRITTEN_BYTES).fill(i % 256));
    say({ created: name });
  }
}

/** Writes what is too large, then what is not. */
async function overflow(store: Store): Promise<void> {
  const large = new Uint8Array(OVERFLOW_BYTES);
  const small = new Uint8Array(10);
  const version = (await store.read('swapped'))?.version;
  say({
    create: await outcomeOf(store.create('large', large)),
    swap: await outcomeOf(store.swap('swapped', version, large)),
  });
  say({
    create: await outcomeOf(store.create('large', small)),
    swap: await outcomeOf(store.swap('swapped', version, small)),
  });
  say({ temporary: await readdir(join(directory, 'private', 'tmp')) });
}

/** Creates and swaps, twice, and says of each write what came of it, and whether its bytes are there now. */
async function verbs(store: Store): Promise<void> {
  for (const round of ['first', 'second']) {
    for (const name of ['dir/a', 'dir/b']) {
      const outcome = await outcomeOf(store.create(name, Buffer.from(name)));
      say({ verb: 'create', round, outcome, there: (await textOf(store, name)) === name });
    }
    const before = await store.read('tree');
    const outcome = await outcomeOf(store.swap('tree', before?.version, Buffer.from(round)));
    say({ verb: 'swap', round, outcome, there: (await textOf(store, 'tree')) === round });
  }
}

async function textOf(store: Store, name: string): Promise<string | undefined> {
  const found = await store.read(name);
  return found && Buffer.from(found.bytes).toString();
}

async function outcomeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return await attempt;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { operation, objectName, effect } = error;
    return { operation, objectName, effect };
  }
}

const opened = await openLogDirectory(directory);
if ('refused' in opened) {
  say(opened);
} else {
  say({ holder: process.pid });
  if (action === 'hold') await waitForEnd();
  if (action === 'write') await write(opened.store.private);
  if (action === 'overflow') await overflow(opened.store.private);
  if (action === 'verbs') await verbs(opened.store.private);
  await opened.release();
}
// On its way out Node.js syncs stdout and stderr, which does not belong to the calls that a test lets fail.
if (action === 'verbs') process.kill(process.pid, 'SIGKILL');
