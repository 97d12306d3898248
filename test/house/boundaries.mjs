// Checks the import boundaries of the project, and that the check still bites.
//
// First every rule is applied to the project as it is. Then the project is copied, one violation of each rule is planted
// in the copy, and each of them must be reported under the name of its rule.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { readImports } from './imports.mjs';
import { PLANTED } from './planted.mjs';
import { RULES } from './rules.mjs';

const COPIED = [
  ...['tlog', 'proto', 'service', 'sequencer', 'personality-ct', 'cli', 'test', 'deploy'],
  ...['package.json', 'tsconfig.json'],
];

/** What the project itself does wrong, a line for each import. */
async function violationsHere() {
  const { violations, modules } = await readImports();
  if (modules.length === 0) return ['no file was read'];
  return violations.map(({ rule, from, to }) => {
    const comment = RULES.find(({ name }) => name === rule)?.comment ?? '';
    return `${from} imports ${to}\n    ${rule}: ${comment}`;
  });
}

/** Copies the project and plants the violations. @param {string} copy an empty directory */
function plant(copy) {
  for (const path of COPIED.filter((path) => existsSync(path))) cpSync(path, join(copy, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  for (const { files } of PLANTED) {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    }
  }
}

/** Which planted violations are not reported, a line each. */
async function missedViolations() {
  const home = process.cwd();
  const copy = mkdtempSync(join(tmpdir(), 'andamento-planted-'));
  try {
    plant(copy);
    process.chdir(copy);
    const { violations } = await readImports();
    const unplanted = RULES.filter(({ name }) => !PLANTED.some(({ rule }) => rule === name));
    const missed = PLANTED.filter(
      ({ rule, files }) => !violations.some((found) => found.rule === rule && found.from in files),
    );
    return [
      ...unplanted.map(({ name }) => `no violation of the rule ${name} is planted in test/house/planted.mjs`),
      ...missed.map(({ rule, files }) => `the rule ${rule} does not catch ${Object.keys(files).join(', ')}`),
    ];
  } finally {
    process.chdir(home);
    rmSync(copy, { recursive: true });
  }
}

const here = await violationsHere();
for (const line of here) console.error(line);
const missed = await missedViolations();
for (const line of missed) console.error(line);
if (here.length + missed.length > 0) process.exitCode = 1;
else console.log(`${RULES.length} import rules hold, and each of ${PLANTED.length} planted violations is caught`);
