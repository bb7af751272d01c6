// The model of the database is held against PostgreSQL: schedules that went through it go through the real functions once more, word
// for word. A sample; all of them in replay.long.test.ts. And a model that was altered on purpose is found out.
import { expect, test } from 'vitest'
import { recordChanged, type ChangedModel } from './replay/record-changed.ts'
import { recordSchedule } from './replay/record-schedule.ts'
import { aReplayDatabase } from './replay/replay-database.ts'
import { replaySchedule } from './replay/replay-schedule.ts'
import { planOf, sampledSchedules } from './replay/schedules.ts'

const database = await aReplayDatabase()

test.each(sampledSchedules)(
  'a sample: on PostgreSQL schedule $seed is answered and ends as on the model, word for word',
  async (chosen) => {
    const schedule = await recordSchedule(planOf(chosen))
    const { differences, words } = await replaySchedule(schedule, database)

    expect(differences).toEqual([])
    expect(words).toBeGreaterThan(0)
  },
)

const model = (file: string) => `tests/simulation/model/${file}.ts`

const changes: ChangedModel[] = [
  {
    name: 'decides a conflict the other way',
    chosen: { seed: '392', isCrowded: false },
    edits: [
      {
        file: model('decisions'),
        find: `(decided.chosen[nth]!.choice === 'server' && { resolved: field.server ?? null })`,
        put: `(decided.chosen[nth]!.choice === 'server' && { resolved: field.client ?? null })`,
      },
    ],
  },
  {
    name: 'hands out places in another order',
    chosen: { seed: '609', isCrowded: false },
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
    chosen: { seed: '8', isCrowded: false },
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
  {
    name: 'does not wait for the clock',
    chosen: { seed: '98', isCrowded: false },
    edits: [{ file: model('capture'), find: 'await tx.lock(`clock/${organizationId}`)', put: '' }],
  },
]

test.each(changes)('and a model that $name is found out', async (changed) => {
  const schedule = await recordChanged(changed)
  const { differences } = await replaySchedule(schedule, database)

  expect(differences[0]).toMatch(/in PostgreSQL/)
})
