import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeUnless } from '../describe-unless.js';
import { useTemporaryDirectory } from '../temporary-directory.js';

const CHILD = fileURLToPath(new URL('./child/main.js', import.meta.url));

/** The program that shows the system calls of another, and lets them fail. */
const STRACE = 'strace';

const CALLS = ['fsync', 'link', 'rename', 'unlink', 'mkdir'] as const;

const AT_ONCE = 4;

/** What the child says of one write. */
interface Write {
  readonly verb: 'create' | 'swap';
  readonly round: 'first' | 'second';
  readonly outcome: string | { readonly kind: string } | { readonly effect: 'none' | 'unknown' };
  readonly there: boolean;
}

const canTrace = spawnSync(STRACE, ['-o', '/dev/null', 'true']).status === 0;

describeUnless(canTrace ? undefined : 'strace is not there, or may not trace', 'the posix store and the system', () => {
  const directory = useTemporaryDirectory();

  it('has synced the bytes, the name and every directory on the way before it answers', async () => {
    const { calls } = await trace([], join(directory(), 'log'));
    inOrder(calls, [
      /^mkdir\("[^"]*\/private\/dir"/,
      /^fsync\(\d+<[^>]*\/private>\)/,
      /^fsync\(\d+<[^>]*\/private\/tmp\/\w+>\)/,
      /^link\("[^"]*\/private\/tmp\/\w+", "[^"]*\/private\/dir\/a"\)/,
      /^fsync\(\d+<[^>]*\/private\/dir>\)/,
      /^write\(.*verb.*create/,
    ]);
    inOrder(calls, [
      /^write\(.*verb.*swap/,
      /^fsync\(\d+<[^>]*\/private\/tmp\/\w+>\)/,
      /^rename\("[^"]*\/private\/tmp\/\w+", "[^"]*\/private\/tree"\)/,
      /^fsync\(\d+<[^>]*\/private>\)/,
      /^write\(.*verb.*swap/,
    ]);
  });

  for (const call of CALLS) {
    it(`says of every ${call} that fails what it has done, and goes on`, async function () {
      this.timeout(60_000);
      let failed = true;
      for (let first = 1; failed; first += AT_ONCE) {
        const numbers = Array.from({ length: AT_ONCE }, (_, i) => first + i);
        const runs = await Promise.all(
          numbers.map(async (number) => {
            const path = join(directory(), `log-${number}`);
            return trace(['-e', `inject=${call}:error=EIO:when=${number}`], path);
          }),
        );
        // Where the last one made fewer calls than that, every call has failed once.
        failed = runs.map(({ said }) => checkSaid(said)).at(-1) ?? false;
      }
    });
  }
});

/** @returns whether something has failed. */
function checkSaid([opened, ...writes]: readonly object[]): boolean {
  if (opened !== undefined && 'refused' in opened) {
    assert.match(String(opened.refused), /cannot be used: EIO: i\/o error/);
    return true;
  }
  return checkWrites(writes as Write[]);
}

function checkWrites(writes: readonly Write[]): boolean {
  assert.equal(writes.length, 6);
  const failures = writes.filter(({ outcome }) => typeof outcome === 'object' && 'effect' in outcome);
  assert.ok(failures.length <= 1, 'one call fails, and what follows does not');
  for (const { verb, round, outcome, there } of writes) {
    const effect = typeof outcome === 'object' && 'effect' in outcome ? outcome.effect : 'done';
    if (effect === 'done') assert.ok(there, `${verb} of the ${round} round has said that it is done`);
    // What the first round has created stays, and a second create has no other effect.
    if (effect === 'none' && (verb === 'swap' || round === 'first')) assert.ok(!there, `${verb} has no effect`);
  }
  return failures.length > 0;
}

/** Lets the child write under strace. @returns what it has said, and the calls that it has made, in order. */
async function trace(options: readonly string[], path: string): Promise<{ said: object[]; calls: string[] }> {
  const output = `${path}.strace`;
  const traced = ['-f', '-y', '-s', '100', '-e', `trace=${CALLS.join()},write`, ...options, '-o', output];
  // Injected faults are counted for each thread, so there is one.
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const child = [process.execPath, CHILD, 'verbs', path];
  // The child kills itself at its end.
  const killed = promisify(execFile)(STRACE, [...traced, ...child], { env }).catch((error: unknown) => error);
  const said = ((await killed) as { stdout: string }).stdout.trimEnd().split('\n');
  const lines = (await readFile(output, 'utf8')).split('\n');
  return {
    said: said.map((line) => JSON.parse(line) as object),
    calls: lines.map((line) => line.replace(/^\d+ +/, '').replace(/ += .*$/, '')),
  };
}

/** After the match of each pattern, the next one matches further on. */
function inOrder(lines: readonly string[], patterns: readonly RegExp[]): void {
  let at = -1;
  for (const pattern of patterns) {
    const next = lines.findIndex((line, i) => i > at && pattern.test(line));
    assert.ok(next > at, `${pattern.source} comes after line ${at} of:\n${lines.join('\n')}`);
    at = next;
  }
}
