// One project per level of tests. `npx vitest --project unit` runs one of them, and again on every save.
import { defineConfig } from 'vitest/config'
import { longStage, stages, type Stage } from './scripts/stages.ts'

const project = (stage: Stage) => ({
  test: {
    name: stage.name,
    include: stage.include,
    exclude: stage.exclude,
    testTimeout: stage.testTimeoutMs,
    hookTimeout: 60_000,
    globalSetup: stage.needsPostgres ? ['packages/postgres/src/testing/cluster.global-setup.ts'] : [],
    // a test that was left focused would switch off all others in silence
    allowOnly: !process.env['CI'],
  },
})

export default defineConfig({
  test: { projects: [...stages, longStage].map(project) },
})
