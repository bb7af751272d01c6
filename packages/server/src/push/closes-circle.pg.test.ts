import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { disagreementsAt } from '../testing/a-disagreement.ts'
import { aWedding, endings, recordOf, type Answer, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
const { decides, logOf } = disagreementsAt(wedding, planner, assistant)
const client_id = recordOf('clients').id

/** Lines of the run sheet that nothing waits for yet; both phones know them. */
const someItems = async (count: number): Promise<string[]> => {
  const made = Array.from({ length: count }, (_, nth) =>
    planner.creates('timeline_items', { client_id, title: `Item ${nth}` }),
  )
  await planner.sends(made)
  await Promise.all([planner.hears(), assistant.hears()])
  return made.map(({ id }) => id)
}
/** The second of the two waits for the first. */
const waits = (phone: Phone, [from_id, to_id]: readonly [string, string], more: object = {}) =>
  phone.creates('timeline_dependencies', { client_id, from_id, to_id, lag_min: 5 }, more)
const isThere = async ({ id }: { id: string }) => (await wedding.stored('timeline_dependencies', id)) !== undefined
const openIn = ({ body }: Answer, { changeId }: { changeId: string }) =>
  body.conflicts.find((one) => one.changeId === changeId && one.status === 'pending')!

const aCircle = async () => {
  const [dinner, speeches] = (await someItems(2)) as [string, string]
  const [first, second] = [waits(planner, [dinner, speeches]), waits(assistant, [speeches, dinner])]
  expect(endings(await planner.sends([first]), [first])).toEqual(['applied'])
  const answer = await assistant.sends([second])
  expect(endings(answer, [second])).toEqual(['waiting'])
  return { dinner, speeches, first, second, conflict: openIn(answer, second) }
}

test('[P4] the speeches wait for dinner and dinner for the speeches: the second waits for a person, both side by side', async () => {
  const { dinner, speeches, first, second, conflict } = await aCircle()
  expect([await isThere(first), await isThere(second)]).toEqual([true, false])
  expect(conflict).toMatchObject({ kind: 'cycle', severity: 'high', table: 'timeline_dependencies', id: second.id })
  expect(conflict.fields).toMatchObject([
    { field: 'from_id', client: speeches, server: dinner, rule: 'circle@1' },
    { field: 'to_id', client: dinner, server: speeches },
  ])
  expect(conflict.fields[0]!.reason).toBe('The two would wait for each other. A person says which of them goes in.')
})

test('[P3] decided for the second it goes in, whole, once the first is taken away, and not before', async () => {
  const { first, second, conflict } = await aCircle()
  const early = await decides(planner, conflict.conflictId, { choice: 'client' })
  expect([early.status, early.body['message']]).toEqual([
    400,
    'These would still wait for one another in a circle. Take one of the others away first.',
  ])
  expect(await logOf(conflict.conflictId)).toMatchObject({ status: 'pending' })
  await planner.hears()
  await planner.sends([planner.deletes({ table: 'timeline_dependencies', id: first.id })])
  expect((await decides(planner, conflict.conflictId, { choice: 'client' })).status).toBe(200)
  expect(await wedding.stored('timeline_dependencies', second.id)).toMatchObject({ ...second.data, lag_min: 5 })
  expect((await wedding.ledger(second.changeId))[0]!.receipt).toMatchObject({ processed: { outcome: 'client_won' } })
})

test('decided for the first nothing is made, and half of it nobody can choose', async () => {
  const { second, conflict } = await aCircle()
  const half = { choices: { from_id: 'client', to_id: 'server' } }
  expect((await decides(planner, conflict.conflictId, half)).status).toBe(400)
  expect((await decides(planner, conflict.conflictId, { choice: 'server' })).status).toBe(200)
  expect(await isThere(second)).toBe(false)
  expect((await wedding.ledger(second.changeId))[0]!.receipt).toMatchObject({ processed: { outcome: 'server_won' } })
})

test('a circle may be long', async () => {
  const [one, two, three, four] = (await someItems(4)) as [string, string, string, string]
  const chain = [waits(planner, [one, two]), waits(planner, [two, three]), waits(planner, [three, four])]
  expect(endings(await planner.sends(chain), chain)).toEqual(['applied', 'applied', 'applied'])
  const closing = waits(assistant, [four, one])
  const answer = await assistant.sends([closing])
  expect(endings(answer, [closing])).toEqual(['waiting'])
  expect(openIn(answer, closing).fields).toMatchObject([
    { field: 'from_id', client: four, server: three },
    { field: 'to_id', client: one, server: four },
  ])
  expect(openIn(answer, closing).fields[0]!.reason).toContain('With 3 others this would go round in a circle')
})

test('[P13] in one request or in two, what closes the circle waits', async () => {
  const [one, two] = (await someItems(2)) as [string, string]
  const both = [waits(planner, [one, two]), waits(planner, [two, one])]
  expect(endings(await planner.sends(both), both)).toEqual(['applied', 'waiting'])
})

test('[P11] who turns it round in one action closes no circle', async () => {
  const [one, two] = (await someItems(2)) as [string, string]
  const first = waits(planner, [one, two])
  await planner.sends([first])
  await planner.hears()
  const groupId = randomUUID()
  const turned = [
    waits(planner, [two, one], { groupId }),
    planner.deletes({ table: 'timeline_dependencies', id: first.id }, { groupId }),
  ]
  expect(endings(await planner.sends(turned), turned)).toEqual(['applied', 'applied'])
  expect([await isThere(first), await isThere(turned[0]!)]).toEqual([false, true])
})

test('nothing waits for itself', async () => {
  const [one] = (await someItems(1)) as [string]
  const itself = waits(planner, [one, one])
  const answer = await planner.sends([itself])
  expect(answer.body.failures).toMatchObject([
    { code: 'invalid_value', field: 'to_id', message: 'This would wait for itself.' },
  ])
})

test('[P4] what was taken away does not come back into a circle by itself', async () => {
  const [one, two] = (await someItems(2)) as [string, string]
  const first = waits(planner, [one, two])
  await planner.sends([first])
  await Promise.all([planner.hears(), assistant.hears()])
  const edit = assistant.edits({ table: 'timeline_dependencies', id: first.id }, { lag_min: 10 })
  await planner.sends([planner.deletes({ table: 'timeline_dependencies', id: first.id })])
  const other = waits(planner, [two, one])
  expect(endings(await planner.sends([other]), [other])).toEqual(['applied'])
  const answer = await assistant.sends([edit], { options: { conflictResolution: 'client_wins' } })
  expect(endings(answer, [edit])).toEqual(['waiting'])
  const { conflictId } = openIn(answer, edit)
  expect((await decides(planner, conflictId, { choice: 'client' })).status).toBe(400)
  await planner.hears()
  await planner.sends([planner.deletes({ table: 'timeline_dependencies', id: other.id })])
  expect((await decides(planner, conflictId, { choice: 'client' })).status).toBe(200)
  expect(await wedding.stored('timeline_dependencies', first.id)).toMatchObject({ lag_min: 10 })
})
