import { expect, test } from 'vitest'
import type { JsonObject } from '@wedsync/protocol'
import { aWedding, endings, recordOf, type Answer, type Held } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
const client_id = recordOf('clients').id

/** Dinner from 18:00, and the fireworks that wait for it, at a fixed time, so many minutes after it is meant to end. */
const aDinner = async (spareMin: number, more: JsonObject = {}) => {
  const dinner = planner.creates('timeline_items', { client_id, title: 'Dinner', planned_start: '2026-06-20T18:00', duration_min: 60, ...more }) // prettier-ignore
  const start = new Date(Date.UTC(2026, 5, 20, 19, spareMin)).toISOString().slice(0, 16)
  const fireworks = planner.creates('timeline_items', { client_id, title: 'Fireworks', planned_start: start, anchor: 'hard' }) // prettier-ignore
  const link = planner.creates('timeline_dependencies', { client_id, from_id: dinner.id, to_id: fireworks.id })
  const sent = [dinner, fireworks, link]
  expect(endings(await planner.sends(sent), sent)).toEqual(['applied', 'applied', 'applied'])
  await Promise.all([planner.hears(), assistant.hears()])
  return { table: 'timeline_items', id: dinner.id }
}
const lengthOf = async ({ id }: Pick<Held, 'id'>) => (await wedding.stored('timeline_items', id))?.['duration_min']
/** The planner's length goes in first; then the assistant's comes, who has not heard of it. */
const bothSet = async (dinner: { table: string; id: string }, planners: JsonObject, assistants: JsonObject) => {
  const stale = assistant.edits(dinner, assistants)
  await planner.sends([planner.edits(dinner, planners)])
  const answer = await assistant.sends([stale])
  return { ending: endings(answer, [stale])[0], conflict: conflictIn(answer, stale) }
}
const conflictIn = ({ body }: Answer, { changeId }: { changeId: string }) =>
  body.conflicts.find((one) => one.changeId === changeId)

test('[P4] the length with which the fireworks begin on time stays, whoever gave it; the other is in the list', async () => {
  const dinner = await aDinner(15)
  const { ending, conflict } = await bothSet(dinner, { duration_min: 90 }, { duration_min: 70 })
  expect(ending).toBe('merged')
  expect(await lengthOf(dinner)).toBe(70)
  expect(conflict).toMatchObject({
    status: 'resolved',
    fields: [
      {
        ...{ field: 'duration_min', base: 60, client: 70, server: 90, resolved: 70, rule: 'keeps_plan@1' },
        weighed: { client: { keepsPlan: true }, server: { keepsPlan: false } },
        reason: 'Kept 70 for the length because with 90 a fixed time would not hold. 90 is in the list.',
      },
    ],
  })
})

test('and the same where the one that holds came first', async () => {
  const dinner = await aDinner(15)
  expect((await bothSet(dinner, { duration_min: 70 }, { duration_min: 90 })).ending).toBe('merged')
  expect(await lengthOf(dinner)).toBe(70)
})

test('where both hold, or neither, whoever has the say stays', async () => {
  for (const spareMin of [240, 0]) {
    const dinner = await aDinner(spareMin)
    const { ending, conflict } = await bothSet(dinner, { duration_min: 90 }, { duration_min: 70 })
    expect([spareMin, ending, await lengthOf(dinner)]).toEqual([spareMin, 'merged', 90])
    expect(conflict!.fields[0]!.reason).toContain('decides the length')
  }
})

test('a plan that did not hold before is held against nobody', async () => {
  const dinner = await aDinner(-30)
  expect((await bothSet(dinner, { duration_min: 45 }, { duration_min: 50 })).ending).toBe('merged')
})

test('the shortest length counts as well: what may give way lets the fixed time hold', async () => {
  const dinner = await aDinner(0, { compressible: true, min_duration_min: 30 })
  const drinks = planner.creates('timeline_items', { client_id, title: 'Drinks', planned_start: '2026-06-20T17:30', duration_min: 60 }) // prettier-ignore
  const link = planner.creates('timeline_dependencies', { client_id, from_id: drinks.id, to_id: dinner.id })
  await planner.sends([drinks, link])
  await Promise.all([planner.hears(), assistant.hears()])
  expect((await bothSet(dinner, { min_duration_min: 50 }, { min_duration_min: 20 })).ending).toBe('merged')
  expect(await wedding.stored('timeline_items', dinner.id)).toMatchObject({ min_duration_min: 20 })
})

test('[P4] a length goes with the start it was given for: where that moved too, a person is asked, with what holds beside it', async () => {
  const dinner = await aDinner(15)
  const moved = { planned_start: '2026-06-20T18:05', duration_min: 90 }
  const { ending, conflict } = await bothSet(dinner, moved, { duration_min: 70 })
  expect(ending).toBe('waiting')
  expect(conflict!.fields).toContainEqual(
    expect.objectContaining({ field: 'duration_min', client: 70, server: 90, proposed: 70 }),
  )
})
