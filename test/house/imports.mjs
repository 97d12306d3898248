// What the files of a project import, and which rule that breaks.
import { existsSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';

import { RULES } from './rules.mjs';

const ROOTS = ['tlog', 'proto/gen', 'service', 'sequencer', 'personality-ct', 'cli', 'test', 'deploy'];

/**
 * @typedef {{ source: string, dependencies: { resolved: string, dependencyTypes: string[] }[] }} Module
 * @typedef {{ rule: string, from: string, to: string }} Violation
 */

/**
 * Reads every import below the project in the current directory.
 * @returns {Promise<{ modules: Module[], violations: Violation[] }>}
 */
export async function readImports() {
  const { output } = await cruise(
    ROOTS.filter((root) => existsSync(root)),
    {
      validate: true,
      ruleSet: { forbidden: RULES },
      // Type-only imports count: a type of another room is knowledge of that room.
      tsPreCompilationDeps: true,
      tsConfig: { fileName: 'tsconfig.json' },
      doNotFollow: { path: 'node_modules' },
    },
    { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  );
  if (typeof output === 'string') throw new Error('dependency-cruiser gave a text instead of a result');
  const violations = output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  return { modules: output.modules, violations };
}
