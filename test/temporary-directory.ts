import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives each test of the suite that it is called in a directory of its own. @returns its path, during a test. */
export function useTemporaryDirectory(): () => string {
  let path: string | undefined;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'andamento-test-'));
  });
  afterEach(async () => {
    if (path !== undefined) await rm(path, { recursive: true, force: true });
  });
  return () => {
    if (path === undefined) throw new Error('the directory is there in tests and hooks, not while tests are declared');
    return path;
  };
}
