import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of test data from elsewhere, or undefined where there is none: then the tests that need it are skipped, and
 * say so. It is `../shared/testdata` from the project's root, or what ANDAMENTO_TESTDATA names, which must exist.
 */
export function testdataDir(): string | undefined {
  const named = process.env['ANDAMENTO_TESTDATA'];
  if (named !== undefined) {
    if (existsSync(named)) return named;
    throw new Error(`ANDAMENTO_TESTDATA: got ${named}, want a folder that exists`);
  }
  const usual = path.join(projectRoot(), '..', 'shared', 'testdata');
  return existsSync(usual) ? usual : undefined;
}

/** The bytes of one file of that folder, e.g. `merkle/inclusion.json`. */
export function readTestdata(name: string): Uint8Array {
  const directory = testdataDir();
  if (directory === undefined) throw new Error(`test data ${name}: got no folder of test data, want one`);
  return new Uint8Array(readFileSync(path.join(directory, name)));
}

/** Where package.json is: tests run from a build directory whose depth varies. */
export function projectRoot(): string {
  let directory = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(directory, 'package.json'))) {
    const parent = path.dirname(directory);
    if (parent === directory) throw new Error('project root: got no package.json above this file, want one');
    directory = parent;
  }
  return directory;
}
