// Who may import whom, as rules for dependency-cruiser. Imports point down only:
//
//   tlog < proto/gen < service < core < ports < steps < adapters < doors < app < main, in each of the two services;
//   the services never import each other, and nothing imports test/ but tests.
import { builtinModules } from 'node:module';

export const ADAPTERS = {
  sequencer: ['storage', 'index', 'signers', 'lock'],
  'personality-ct': ['clients', 'crypto', 'roots'],
};
export const DOORS = {
  sequencer: ['rpc', 'http', 'ops', 'config'],
  'personality-ct': ['http', 'ops', 'config'],
};

const TEST_FILE = '(^test/|\\.test\\.ts$)';
const NODE = `^(${builtinModules.join('|')})$`;
const PACKAGE = '^node_modules/';

/** The files of some rooms. @param {string[]} names */
const rooms = (...names) => names.map((name) => `^${name}/`);

/**
 * Files below `from`, tests apart, import nothing but `allowed`.
 * @param {string} name @param {string} from @param {string[]} allowed @param {string} comment
 */
function only(name, from, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: `^${from}/`, pathNot: TEST_FILE },
    to: { pathNot: allowed },
  };
}

/** @param {'sequencer' | 'personality-ct'} service */
function serviceRules(service) {
  const [core, ports, steps] = ['core', 'ports', 'steps'].map((noun) => `${service}/${noun}`);
  const room = (/** @type {string} */ noun) =>
    only(
      `${service}-${noun}`,
      `${service}/${noun}`,
      [...rooms('tlog', 'proto/gen', 'service', core, ports, steps, `${service}/${noun}`), NODE, PACKAGE],
      'An adapter or a door imports what lies below, and no other adapter or door: app.ts puts them together.',
    );
  return [
    only(`${service}-core`, core, rooms('tlog', core), 'core is pure: tlog and itself, no node:*, no package.'),
    only(
      `${service}-ports`,
      ports,
      rooms('tlog', 'service', core, ports),
      'Ports are types over tlog, service and core.',
    ),
    only(
      `${service}-steps`,
      steps,
      [...rooms('tlog', 'service', core, ports, steps), PACKAGE],
      'Steps read, decide and write through ports: no adapter, no door, no node:*.',
    ),
    ...[...ADAPTERS[service], ...DOORS[service]].map(room),
    {
      name: `${service}-app`,
      comment: 'app.ts constructs everything, and main.ts alone starts it.',
      severity: 'error',
      from: { pathNot: [`^${service}/main\\.ts$`, `^${service}/app`, TEST_FILE] },
      to: { path: `^${service}/(app|main)` },
    },
  ];
}

export const RULES = [
  only('tlog', 'tlog', [...rooms('tlog'), '^node_modules/@noble/'], 'tlog is pure, and fit for a browser.'),
  only(
    'proto-gen',
    'proto/gen',
    [...rooms('proto/gen'), '^node_modules/@bufbuild/protobuf/', '^node_modules/@grpc/grpc-js/'],
    'Generated code needs its run-time and nothing else.',
  ),
  only(
    'service',
    'service',
    [...rooms('tlog', 'service'), NODE, PACKAGE],
    'The chassis of both services knows no log.',
  ),
  ...serviceRules('sequencer'),
  ...serviceRules('personality-ct'),
  {
    name: 'known-rooms',
    comment: 'A room that this file does not name is one that no rule judges.',
    severity: 'error',
    from: {
      path: '^(sequencer|personality-ct)/',
      pathNot: Object.keys(DOORS).map(
        (service) =>
          `^${service}/((core|ports|steps|${[...ADAPTERS[service], ...DOORS[service]].join('|')})/|(app|main)[^/]*$)`,
      ),
    },
    to: {},
  },
  {
    name: 'services-apart',
    comment: 'The services meet in proto/ only; their tests keep to that too.',
    severity: 'error',
    from: { path: '^(sequencer|personality-ct)/' },
    to: { path: '^(sequencer|personality-ct)/', pathNot: '^$1/' },
  },
  only(
    'cli',
    'cli',
    [
      ...rooms('tlog', 'proto/gen', 'service', 'sequencer/core', 'personality-ct/core', 'personality-ct/crypto', 'cli'),
      NODE,
      PACKAGE,
    ],
    'A command is a user of the services: it shares formats and decisions with them, and no moving part.',
  ),
  {
    name: 'nobody-imports-cli',
    comment: 'A command is run, not imported.',
    severity: 'error',
    from: { pathNot: ['^cli/', TEST_FILE] },
    to: { path: '^cli/' },
  },
  {
    name: 'test-only-for-tests',
    comment: 'What is under test/ is for tests.',
    severity: 'error',
    from: { pathNot: TEST_FILE },
    to: { path: TEST_FILE },
  },
  {
    name: 'no-cycle',
    comment: 'Two files that need each other are one idea, or hide a third.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    comment: 'An import that leads nowhere is one that no rule above can judge.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'declared-packages',
    comment: 'A package that package.json does not name may be gone tomorrow.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-development-package',
    comment: 'What runs in production is a dependency, not a devDependency.',
    severity: 'error',
    from: { pathNot: [TEST_FILE, '^proto/gen/', '^eslint\\.config\\.js$'] },
    to: { dependencyTypes: ['npm-dev'] },
  },
];
