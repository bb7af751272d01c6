// Two hundred schedules that went through the model of the database go through PostgreSQL once more, word for word.
import { expect, test } from 'vitest'
import { recordSchedule } from './replay/record-schedule.ts'
import { aReplayDatabase } from './replay/replay-database.ts'
import { replaySchedule } from './replay/replay-schedule.ts'
import { chosenSchedules, planOf } from './replay/schedules.ts'

const count = 200

test(`on PostgreSQL ${count} schedules are answered and end as on the model, word for word`, async () => {
  const database = await aReplayDatabase()
  const sums = { schedules: 0, words: 0, waits: 0, ends: 0, restores: 0, rows: 0 }
  const differences: string[] = []
  const said = new Map<string, number>()
  for (const chosen of chosenSchedules(count)) {
    const schedule = await recordSchedule(planOf(chosen))
    const replayed = await replaySchedule(schedule, database)
    sums.schedules += 1
    for (const name of ['words', 'waits', 'ends', 'restores', 'rows'] as const) sums[name] += replayed[name]
    for (const word of schedule.words) if (word.what === 'answered') said.set(word.name, (said.get(word.name) ?? 0) + 1)
    differences.push(...replayed.differences)
    if (sums.schedules % 20 === 0)
      console.info(`replay: ${sums.schedules} schedules, ${differences.length} differences`)
  }
  const words = [...said].sort(([, one], [, other]) => other - one).map(([name, times]) => `${name} ${times}`)
  console.info(`replay: ${JSON.stringify(sums)}; ${words.join(', ')}`)

  expect(differences).toEqual([])
})
