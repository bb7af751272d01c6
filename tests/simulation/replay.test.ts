// The model of the database is held against PostgreSQL: schedules that went through it go through the real functions once more, word
// for word. A sample; all of them in replay.long.test.ts. And a model that was altered on purpose is found out.
import { expect, test } from 'vitest'
import { recordChanged, type ModelChange } from './replay/record-changed.ts'
import { recordSchedule } from './replay/record-schedule.ts'
import { aReplayDatabase } from './replay/replay-database.ts'
import { replaySchedule } from './replay/replay-schedule.ts'
import { planOf, sampledSchedules, type Chosen } from './replay/schedules.ts'

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

const changes: [says: string, chosen: Chosen, change: ModelChange][] = [
  [
    'decides a conflict the other way',
    { seed: '392', isCrowded: false },
    {
      file: 'decisions.ts',
      from: `(decided.chosen[nth]!.choice === 'server' && { resolved: field.server ?? null })`,
      to: `(decided.chosen[nth]!.choice === 'server' && { resolved: field.client ?? null })`,
    },
  ],
  [
    'hands out places in another order',
    { seed: '609', isCrowded: false },
    {
      file: 'capture.ts',
      from: '.sort(({ row: one }, { row: other }) => byId(one, other))',
      to: '.sort(({ row: one }, { row: other }) => byId(other, one))',
    },
  ],
  [
    'forgets the tombstone of what is deleted',
    { seed: '8', isCrowded: false },
    {
      file: 'capture.ts',
      from: `gone: 'delete', changedAt: writer.at, ...nextSight(old, [], position) }
      tx.set('record', rowKey(name, row.id), [...places.filter((one) => one !== old), place])`,
      to: `gone: 'delete', changedAt: writer.at, ...nextSight(old, [], position) }
      tx.set('record', rowKey(name, row.id), [...places.filter((one) => one !== old && one !== place)])`,
    },
  ],
  [
    'does not wait for the clock',
    { seed: '98', isCrowded: false },
    { file: 'capture.ts', from: 'await tx.lock(`clock/${organizationId}`)', to: '' },
  ],
]

test.each(changes)('and a model that %s is found out', async (_, chosen, change) => {
  const schedule = await recordChanged(change, chosen)
  const { differences } = await replaySchedule(schedule, database)

  expect(differences[0]).toMatch(/in PostgreSQL|waits|hangs/)
})
