// What the linter holds: no promise left unawaited, no clock or chance outside the doors that are given them (H29).
import tseslint from 'typescript-eslint'
import reactHooks from 'eslint-plugin-react-hooks'

const platform = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'queueMicrotask',
  'process',
]
  .concat(['fetch', 'crypto', 'performance', 'navigator', 'document', 'window', 'indexedDB', 'localStorage'])
  .concat(['CompressionStream', 'Blob', 'Request', 'Response', 'MessageChannel', 'BroadcastChannel', 'XMLHttpRequest'])

const surprises = [
  { object: 'Date', property: 'now', message: 'The clock is an argument (H29).' },
  { object: 'Math', property: 'random', message: 'Chance is an argument (H29).' },
  { object: 'AbortSignal', property: 'timeout', message: 'A wait is the device’s timers (H29).' },
]

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.wedsync/**', 'coverage/**', '.test/**'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/only-throw-error': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['packages/merge/src/**', 'packages/client/src/**', 'packages/protocol/src/**', 'packages/wedding/src/**'],
    ignores: ['**/*.test.ts', '**/*.pg.test.ts', '**/*.browser.test.ts'],
    rules: { 'no-restricted-properties': ['error', ...surprises] },
  },
  {
    files: ['packages/merge/src/**', 'packages/client/src/**'],
    ignores: ['**/*.test.ts', '**/*.test.tsx', '**/testing/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          globals: platform.map((name) => ({
            name,
            message: 'What the platform gives comes in by the adapters (H29).',
          })),
          checkGlobalObject: true,
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'The clock is an argument (H29).',
        },
      ],
    },
  },
)
