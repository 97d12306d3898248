// Violations of the import rules, each as the files that would be added to the project. They are planted in a copy of it:
// see boundaries.mjs.
import { ADAPTERS, DOORS } from './rules.mjs';

/** A file that imports one module. @param {string} specifier */
const importing = (specifier) => `import * as planted from '${specifier}';\nexport { planted };\n`;
const leaf = 'export const planted = 1;\n';

/** @param {'sequencer' | 'personality-ct'} service */
function inService(service) {
  const [adapter, ...otherAdapters] = ADAPTERS[service];
  const [door, ...otherDoors] = DOORS[service];
  const target = { [`${service}/${adapter}/planted-target.ts`]: leaf, [`${service}/${door}/planted-target.ts`]: leaf };
  const towards = (/** @type {string} */ noun, /** @type {string} */ to) => ({
    rule: `${service}-${noun}`,
    files: { ...target, [`${service}/${noun}/planted-to-${to}.ts`]: importing(`../${to}/planted-target.js`) },
  });
  const planted = (/** @type {string} */ noun, /** @type {string} */ name, /** @type {string} */ specifier) => ({
    rule: `${service}-${noun}`,
    files: { [`${service}/${noun}/planted-${name}.ts`]: importing(specifier) },
  });
  return [
    planted('core', 'node', 'node:crypto'),
    planted('core', 'package', 'zod'),
    planted('core', 'service', '../../service/clock.js'),
    planted('ports', 'node', 'node:stream'),
    planted('ports', 'generated', '../../proto/gen/descriptor-set.js'),
    planted('steps', 'node', 'node:fs/promises'),
    towards('steps', adapter),
    towards('steps', door),
    ...otherAdapters.map((noun) => towards(noun, adapter)),
    towards(adapter, door),
    ...otherDoors.map((noun) => towards(noun, door)),
    towards(door, adapter),
    {
      rule: `${service}-app`,
      files: {
        [`${service}/app-planted.ts`]: leaf,
        [`${service}/${door}/planted-app.ts`]: importing('../app-planted.js'),
      },
    },
  ];
}

export const PLANTED = [
  { rule: 'tlog', files: { 'tlog/planted-node.ts': importing('node:crypto') } },
  { rule: 'tlog', files: { 'tlog/planted-package.ts': importing('zod') } },
  { rule: 'tlog', files: { 'tlog/planted-service.ts': importing('../service/clock.js') } },
  { rule: 'proto-gen', files: { 'proto/gen/planted.ts': importing('../../service/clock.js') } },
  { rule: 'service', files: { 'service/planted.ts': importing('../proto/gen/descriptor-set.js') } },
  ...inService('sequencer'),
  ...inService('personality-ct'),
  { rule: 'known-rooms', files: { 'sequencer/planted/planted.ts': importing('../../service/clock.js') } },
  {
    rule: 'services-apart',
    files: {
      'sequencer/core/planted-target.ts': leaf,
      'personality-ct/steps/planted-apart.ts': importing('../../sequencer/core/planted-target.js'),
    },
  },
  {
    rule: 'services-apart',
    files: {
      'personality-ct/core/planted-target.ts': leaf,
      'sequencer/steps/planted-apart.test.ts': importing('../../personality-ct/core/planted-target.js'),
    },
  },
  {
    rule: 'cli',
    files: {
      'sequencer/steps/planted-target.ts': leaf,
      'cli/planted.ts': importing('../sequencer/steps/planted-target.js'),
    },
  },
  {
    rule: 'nobody-imports-cli',
    files: { 'cli/planted-target.ts': leaf, 'service/planted-cli.ts': importing('../cli/planted-target.js') },
  },
  {
    rule: 'test-only-for-tests',
    files: { 'test/planted-target.ts': leaf, 'service/planted-test.ts': importing('../test/planted-target.js') },
  },
  {
    rule: 'no-cycle',
    files: {
      'tlog/planted-egg.ts': "import type { Hen } from './planted-hen.js';\nexport type Egg = { of: Hen };\n",
      'tlog/planted-hen.ts': "import type { Egg } from './planted-egg.js';\nexport type Hen = { of: Egg };\n",
    },
  },
  { rule: 'resolvable', files: { 'service/planted-nowhere.ts': importing('./planted-nowhere-at-all.js') } },
  // A package that is installed because another one needs it.
  { rule: 'declared-packages', files: { 'service/planted-undeclared.ts': importing('protobufjs') } },
  { rule: 'no-development-package', files: { 'service/planted-development.ts': importing('fast-check') } },
];
