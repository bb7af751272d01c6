// One project per level of tests. `npx vitest --project unit` runs one of them, and again on every save.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { longStage, stages, type Stage } from './scripts/stages.ts'

const project = (stage: Stage, order: number) => ({
  test: {
    name: stage.name,
    include: stage.include,
    exclude: stage.exclude,
    testTimeout: stage.testTimeoutMs,
    // a second, which is what vitest would wait, says more of the machine than of the program
    expect: { poll: { timeout: Math.min(stage.testTimeoutMs / 2, 30_000) } },
    hookTimeout: 60_000,
    isolate: !stage.sharesWorkers,
    fileParallelism: !stage.isAlone,
    ...(stage.workers && { maxWorkers: stage.workers }),
    // levels of so many workers each run one after the other
    sequence: { groupOrder: order },
    globalSetup: stage.needsPostgres ? ['packages/postgres/src/testing/cluster.global-setup.ts'] : [],
    // a test that was left focused would switch off all others in silence
    allowOnly: !process.env['CI'],
  },
})

export default defineConfig({
  // vitest keeps a core for itself, and hardly needs it: on two cores that would be one file at a time
  test: { projects: [...stages, longStage].map(project), maxWorkers: Math.max(2, availableParallelism()) },
})
