import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Everything that reads a clock or asks the outside world for a wake-up. */
const TIMERS = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'requestIdleCallback',
  'cancelIdleCallback',
  'MessageChannel',
  'performance',
];
const HOST_RULE = 'Timers only in src/host/: time and wake-ups belong to the host.';

/** Rule "timers only in src/host/": as globals, and as properties of whatever holds the global object. */
const timersOnlyInHost = {
  'no-restricted-globals': [
    'error',
    // `Date` as a whole: new Date(), Date() and Date.now() all read the clock. `scheduler` is the web's.
    ...[...TIMERS, 'Date', 'scheduler'].map((name) => ({ name, message: HOST_RULE })),
  ],
  'no-restricted-properties': [
    'error',
    ...TIMERS.map((property) => ({ property, message: HOST_RULE })),
    { property: 'nextTick', message: HOST_RULE },
    { property: 'hrtime', message: HOST_RULE },
    { object: 'globalThis', property: 'Date', message: HOST_RULE },
    { object: 'globalThis', property: 'scheduler', message: HOST_RULE },
    { object: 'AbortSignal', property: 'timeout', message: HOST_RULE },
  ],
};

/** A spec that is skipped, pending, or that silences the others proves nothing. */
const everySpecRuns = {
  'no-restricted-syntax': [
    'error',
    ...[
      'MemberExpression[object.name=/^(describe|context|it|specify)$/][property.name=/^(only|skip)$/]',
      'CallExpression[callee.name=/^(xdescribe|xcontext|xit|xspecify)$/]',
      'CallExpression[callee.name=/^(describe|context|it|specify)$/][arguments.length=1]',
      'CallExpression[callee.object.type="ThisExpression"][callee.property.name="skip"]',
    ].map((selector) => ({ selector, message: 'Every spec runs: no .only, no .skip, no spec without a body.' })),
  ],
};

export default defineConfig(
  // The consumers of check-package are checked against the packed package, by check-package.mjs; so are examples/angular and examples/react, whose
  // types are those of packages that are not installed here, by check-integrations.mjs.
  globalIgnores([
    'dist/',
    'coverage/',
    'site/',
    'bench/previous/',
    'scripts/check-package/*.ts',
    'scripts/check-browser/*.js',
    'scripts/check-bundlers/page.js',
    'examples/angular/',
    'examples/react/',
    'scripts/test-browser/page.js',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,

  // All TypeScript, as strict as typescript-eslint gets.
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-member-accessibility': ['error', { accessibility: 'no-public' }],
      // `import { type A }` alone leaves `import {}` at run time, and with it a cycle.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },

  // The library: what is exported says its types, and it never writes to the console.
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // The structures state where a node is by its place, not by its type, and the hot path cannot pay for asking twice.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A constant of a class of tasks is a getter: a field would be on each task.
      '@typescript-eslint/class-literal-property-style': 'off',
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  { files: ['src/**/*.ts'], ignores: ['src/host/**'], rules: timersOnlyInHost },

  // Specs and programs: chai's assertions are expressions, and throwing or rejecting with anything is what some specs test.
  {
    files: ['spec/**/*.ts', 'marble-tests/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['spec/**/*.ts', 'marble-tests/**/*.ts'], rules: everySpecRuns },

  // Scripts and this file: plain JavaScript of Node, outside of the TypeScript project.
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        TextDecoder: 'readonly',
        WritableStream: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
);
