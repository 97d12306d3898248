// The rules of the house that a linter can keep, beside typescript-eslint's strictest presets.
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Where a program begins: alone there may the environment be read and the process ended.
const MAINS = ['**/main.ts'];
// Rooms that can be read with a pencil: values in, values out.
const PURE_ROOMS = ['tlog/**/*.ts', '*/core/**/*.ts'];
const TESTS = ['**/*.test.ts', 'test/**/*.ts'];

const PROCESS_RULE = 'belongs in a main.ts alone: hand the value down as an argument.';
const PURE_RULE = 'A pure room has no clock, dice, timers or promises: hand the value in as an argument.';

/** An eslint-disable comment says why, after two dashes. */
const reasonedDisable = {
  meta: { type: 'problem', schema: [], messages: { reason: 'Say why after " -- ", or mend the code.' } },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (!/^\s*eslint-disable/.test(comment.value) || /\s--\s+\S/.test(comment.value)) continue;
        context.report({ loc: comment.loc, messageId: 'reason' });
      }
    },
  }),
};

const exclusiveTest = {
  selector: 'CallExpression[callee.object.name=/^(it|describe|context)$/][callee.property.name="only"]',
  message: 'A test that runs alone hides the others.',
};

const impurities = [
  { selector: 'AwaitExpression', message: PURE_RULE },
  { selector: ':function[async=true]', message: PURE_RULE },
  { selector: 'TSTypeReference[typeName.name="Promise"]', message: PURE_RULE },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: PURE_RULE },
];

export default defineConfig(
  { ignores: ['dist/', '.b/', 'data/', '.tools/', 'node_modules/', 'proto/gen/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    plugins: { house: { rules: { 'reasoned-disable': reasonedDisable } } },
    rules: {
      'house/reasoned-disable': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      'no-restricted-syntax': ['error', exclusiveTest],
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Of an object shape, `type` and `interface` say the same; which reads better depends on its neighbours.
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: ['process', 'node:process'] }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: `process.exit ${PROCESS_RULE}` },
        { object: 'process', property: 'env', message: `process.env ${PROCESS_RULE}` },
      ],
    },
  },
  {
    files: PURE_ROOMS,
    ignores: TESTS,
    rules: {
      'no-restricted-syntax': ['error', exclusiveTest, ...impurities],
      'no-restricted-globals': [
        'error',
        ...[
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'performance',
          'fetch',
          'process',
          'Buffer',
          'Promise',
        ].map((name) => ({ name, message: PURE_RULE })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: PURE_RULE },
        { object: 'Date', property: 'now', message: PURE_RULE },
        { object: 'crypto', property: 'getRandomValues', message: PURE_RULE },
      ],
    },
  },
  { files: [...MAINS, ...TESTS], rules: { 'no-restricted-properties': 'off' } },
  { files: [...TESTS, 'cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: TESTS,
    rules: {
      // fast-check and mocha take functions that are handed over bare; an empty fake says that nothing happens.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
);
