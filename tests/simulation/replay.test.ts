// A sample: the model of the database is held against PostgreSQL on a few schedules, word for word. Two hundred are a long part,
// `replay`.
import { expect, test } from 'vitest'
import { recordSchedule } from './replay/record-schedule.ts'
import { aReplayDatabase } from './replay/replay-database.ts'
import { replaySchedule } from './replay/replay-schedule.ts'
import { chosenSchedules, planOf } from './replay/schedules.ts'

const count = 10

test(`on PostgreSQL a sample of ${count} schedules is answered and ends as on the model, word for word`, async () => {
  const database = await aReplayDatabase()
  const differences: string[] = []
  for (const chosen of chosenSchedules(count)) {
    const replayed = await replaySchedule(await recordSchedule(planOf(chosen)), database)
    differences.push(...replayed.differences)
  }

  expect(differences).toEqual([])
})
