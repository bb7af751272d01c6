// Two hundred schedules of the model go through PostgreSQL in replay.long.test.ts; a model that was altered on purpose is found out by
// one of the first forty: what each of them holds moves whenever plans are made otherwise.
import { expect, test } from 'vitest'
import { recordChanged, type Changed } from './replay/record-changed.ts'
import { aReplayDatabase } from './replay/replay-database.ts'
import { replaySchedule } from './replay/replay-schedule.ts'
import { chosenSchedules } from './replay/schedules.ts'

const database = await aReplayDatabase()

const model = (file: string) => `tests/simulation/model/${file}.ts`

const changes: Changed[] = [
  {
    name: 'hands out places in another order',
    edits: [
      {
        file: model('capture'),
        find: '.sort(({ row: one }, { row: other }) => byId(one, other))',
        put: '.sort(({ row: one }, { row: other }) => byId(other, one))',
      },
    ],
  },
  {
    name: 'forgets the tombstone of what is deleted',
    edits: [
      {
        file: model('capture'),
        find: `position, gone: 'delete', changedAt: writer.at, ...nextSight(old, [], position) }
      tx.set('record', rowKey(name, row.id), [...places.filter((one) => one !== old), place])`,
        put: `position, gone: 'delete', changedAt: writer.at, ...nextSight(old, [], position) }
      tx.set('record', rowKey(name, row.id), [...places.filter((one) => one !== old && one !== place)])`,
      },
    ],
  },
]

test.each(changes)('a model that $name is found out', async (changed) => {
  let told: string | undefined
  for (const chosen of chosenSchedules(40)) {
    const { differences } = await replaySchedule(await recordChanged({ ...changed, chosen }), database)
    told = differences[0]
    if (told) break
  }
  expect(told).toMatch(/in PostgreSQL/)
})
