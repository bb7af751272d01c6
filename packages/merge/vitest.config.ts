// The tests of the merge by themselves, with few random examples: for what counts its lines and its mutants. What they promise
// is shown by `npm test`, with many. Every line is reached, or `npm run check` says which is not.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  cacheDir: '../../node_modules/.cache/wedsync/merge',
  test: {
    isolate: false,
    include: ['src/**/*.test.ts'],
    testTimeout: 30_000,
    env: { WEDSYNC_RUNS_MAX: '30' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/testing/**', 'src/**/*.test.ts'],
      reporter: ['text'],
      skipFull: true,
      reportsDirectory: '../../.test/coverage',
      thresholds: { lines: 100 },
    },
  },
})
