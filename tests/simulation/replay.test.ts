import { test, expect } from 'vitest'
import { planFor } from './world/plan.ts'
import { recordSchedule } from './replay/record-schedule.ts'
import { aReplayDatabase } from './replay/replay-database.ts'
import { replaySchedule } from './replay/replay-schedule.ts'
import { writeFileSync } from 'node:fs'

test('probe', { timeout: 3_600_000 }, async () => {
  const t0 = performance.now()
  const db = await aReplayDatabase()
  console.log('prepared', performance.now() - t0)
  const out: string[] = []
  const [from, to] = (process.env['SEEDS'] ?? '0-10').split('-').map(Number)
  const list = (process.env['LIST'] ?? '').split(',').filter(Boolean); const all = list.length ? list : Array.from({ length: to! - from! }, (_, n) => String(from! + n))
  for (const s of all) {
    const t = performance.now()
    const schedule = await recordSchedule(planFor(String(s)))
    const t2 = performance.now()
    const done = await replaySchedule(schedule, db)
    out.push(
      `${s}: ${Math.round(t2 - t)} + ${Math.round(performance.now() - t2)} ms, ${done.words} words, ${done.waits} waits, ${done.restores} restores, ${done.differences.length} differences`,
      ...done.differences.slice(0, Number(process.env['TOLD'] ?? 3)),
    )
    writeFileSync('/tmp/replay-out.txt', out.join('\n') + '\n')
  }
  expect(1).toBe(1)
})
