// Two hundred schedules of the model go through PostgreSQL in replay.long.test.ts; a model that was altered on purpose is found out.
import { expect, test } from 'vitest'
import { recordChanged, type ChangedModel } from './replay/record-changed.ts'
import { aReplayDatabase } from './replay/replay-database.ts'
import { replaySchedule } from './replay/replay-schedule.ts'

const database = await aReplayDatabase()

const model = (file: string) => `tests/simulation/model/${file}.ts`

const changes: ChangedModel[] = [
  {
    name: 'hands out places in another order',
    chosen: { seed: '28', isCrowded: false },
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
    chosen: { seed: '7', isCrowded: false },
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
  const schedule = await recordChanged(changed)
  const { differences } = await replaySchedule(schedule, database)

  expect(differences[0]).toMatch(/in PostgreSQL/)
})
