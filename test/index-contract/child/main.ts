import { openLmdbIndex } from '../../../sequencer/index/lmdb-index.js';
import { placedFrom } from '../places.js';

// A process that appends to an LMDB index, for tests that kill or constrain it: node main.js append|fill DIRECTORY OWNER

const BATCH_ENTRIES = 100;
const [action, path = '', log = ''] = process.argv.slice(2);

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const index = await openLmdbIndex({ path, log });

async function appendNext(): Promise<void> {
  const size = index.size();
  const end = size + BATCH_ENTRIES;
  await index.append(placedFrom(size, end));
  say({ appended: end });
}

/** Two appends are always under way. */
async function appendForEver(): Promise<never> {
  for (;;) await Promise.all([appendNext(), appendNext()]);
}

/** Appends until the file may not grow any more, and then twice again. */
async function fill(): Promise<void> {
  for (let failures = 0; failures < 3;) {
    const results = await Promise.allSettled([appendNext(), appendNext()]);
    if (results.every(({ status }) => status === 'fulfilled')) continue;
    failures += 1;
    say({ failed: results.map(({ status }) => status), size: index.size() });
  }
  await index.close();
  say({ closed: true });
}

await (action === 'fill' ? fill() : appendForEver());
