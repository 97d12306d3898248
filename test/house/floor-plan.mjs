// Keeps the floor plan in docs/ARCHITECTURE.md what the imports say.
//
//   node test/house/floor-plan.mjs            exit 1 if the plan and the imports differ, saying where
//   node test/house/floor-plan.mjs --write    rewrites the plan
//
// A room is a directory, or a service's app.ts or main.ts. Tests, and what only they import, are no part of the plan.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { readImports } from './imports.mjs';

const PAGE = 'docs/ARCHITECTURE.md';
const BEGIN = '<!-- floor-plan:begin -->';
const END = '<!-- floor-plan:end -->';
// From the ground up. A room that is not named here comes after those of its building.
const FLOORS = ['core', 'ports', 'steps', '', 'app-', 'app', 'main'];
const BUILDINGS = ['tlog', 'proto', 'service', 'sequencer', 'personality-ct', 'cli', 'deploy'];

/** The room that a file is in; undefined outside the plan. @param {string} file */
function roomOf(file) {
  const [building = '', noun = ''] = file.split('/');
  if (!BUILDINGS.includes(building) || file.endsWith('.test.ts')) return undefined;
  if (building === 'proto') return 'proto/gen';
  if (building !== 'sequencer' && building !== 'personality-ct') return building;
  return dirname(file) === building ? `${building}/${noun.replace(/\.ts$/, '')}` : `${building}/${noun}`;
}

/** Where a room stands in the plan. @param {string} room */
function order(room) {
  const [building = '', noun = ''] = room.split('/');
  // Parts of app.ts, as app-log.ts, lie below it.
  const floor = FLOORS.indexOf(noun.replace(/^app-.*/, 'app-'));
  return [BUILDINGS.indexOf(building), floor === -1 ? FLOORS.indexOf('') : floor, noun];
}

/** @param {string} a @param {string} b */
function byOrder(a, b) {
  const left = order(a);
  const right = order(b);
  const at = left.findIndex((value, i) => value !== right[i]);
  if (at === -1) return 0;
  return (left[at] ?? 0) < (right[at] ?? 0) ? -1 : 1;
}

/** The rooms that each room imports. @returns {Promise<Map<string, Set<string>>>} */
async function readPlan() {
  const plan = new Map();
  for (const { source, dependencies } of (await readImports()).modules) {
    const from = roomOf(source);
    if (from === undefined) continue;
    const imported = plan.get(from) ?? new Set();
    for (const { resolved } of dependencies) {
      const to = roomOf(resolved);
      if (to !== undefined && to !== from) imported.add(to);
    }
    plan.set(from, imported);
  }
  return plan;
}

/** One line for each room, with the rooms that it imports after the arrow. @param {Map<string, Set<string>>} plan */
function drawPlan(plan) {
  const names = [...plan.keys()].sort(byOrder);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => {
    const imported = [...(plan.get(name) ?? [])].sort(byOrder).join('  ');
    return imported === '' ? name : `${name.padEnd(width)}  ->  ${imported}`;
  });
  return ['```text', ...lines, '```'];
}

/** The page in three parts: before the plan, the plan, after it. @param {string} text */
function splitPage(text) {
  const begin = text.indexOf(`${BEGIN}\n`);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`${PAGE} has no ${BEGIN} … ${END}`);
  const from = begin + BEGIN.length + 1;
  return { before: text.slice(0, from), plan: text.slice(from, end).trim().split('\n'), after: text.slice(end) };
}

const want = drawPlan(await readPlan());
const page = splitPage(readFileSync(PAGE, 'utf8'));
if (process.argv.includes('--write')) {
  writeFileSync(PAGE, `${page.before}${want.join('\n')}\n${page.after}`);
} else {
  const differences = [
    ...page.plan.filter((line) => !want.includes(line)).map((line) => `the page says     ${line}`),
    ...want.filter((line) => !page.plan.includes(line)).map((line) => `the imports say   ${line}`),
  ];
  for (const line of differences) console.error(line);
  if (page.plan.join('\n') !== want.join('\n')) {
    console.error(
      `the floor plan in ${PAGE} is not what the imports say: mend one of them (npm run floor-plan rewrites the plan)`,
    );
    process.exitCode = 1;
  }
}
