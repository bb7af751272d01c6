// Whoever edits on what waits for a person replaces their own side of it, and nothing that anybody else wrote.
import type { ConflictField, JsonObject } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import type { OpenConflict } from './opened-batch.ts'
import { replaceSides } from './replace-sides.ts'

const id = '00000000-0000-4000-8000-000000000001'
const line = (name: string, text: string) => ({ id: name, text, done: false })
const [rings, vows, cake] = [line('a', 'Rings'), line('b', 'Vows'), line('c', 'Cake')]

const aConflict = (conflictId: string, field: Partial<ConflictField>, kind: OpenConflict['kind'] = 'fields') => ({
  ...{ conflictId, changeId: conflictId, table: 'tasks', id, kind, version: 1 },
  fields: [{ field: 'checklist', keyedBy: 'id', rule: 'keyed@1', reason: 'Both did.', ...field } as ConflictField],
})
const anEdit = (data: JsonObject, base: JsonObject) => ({ changeId: id, action: 'update' as const, table: 'tasks', id, data, base }) // prettier-ignore
const replaced = (edit: ReturnType<typeof anEdit>, open: OpenConflict[], isDeleted = false) =>
  replaceSides(
    edit,
    { table: 'tasks', id, scope: id, version: 9, isDeleted, isForeign: false, isVisible: true, fields: {} },
    open,
    [],
  )

test('[P4] of a checklist only the contested line is theirs to replace, another line goes its own way', () => {
  const waits = aConflict('one', { base: [rings, vows], client: [line('a', 'Both rings'), vows], server: [line('a', 'The rings'), vows] }) // prettier-ignore
  const edit = anEdit({ checklist: [line('a', 'All rings'), line('b', 'The vows')] }, { checklist: [rings, vows] })
  const { updates, rest } = replaced(edit, [waits])
  expect(updates).toEqual([
    { conflictId: 'one', sides: [{ place: 0, client: [line('a', 'All rings'), vows] }], more: [] },
  ])
  expect(rest).toEqual({ checklist: [rings, line('b', 'The vows')] })
})

test('[P3] whoever moves the lines about as well means the whole list: nothing of that gets lost', () => {
  const waits = aConflict('one', { base: [rings, vows], client: [line('a', 'Both rings'), vows], server: [line('a', 'The rings'), vows] }) // prettier-ignore
  const moved = [vows, line('a', 'All rings')]
  expect(replaced(anEdit({ checklist: moved }, { checklist: [rings, vows] }), [waits])).toMatchObject({
    updates: [{ sides: [{ client: moved }] }],
    rest: {},
  })
})

test('[P11] of an action no line goes its own way: what nobody contests waits beside what somebody does', () => {
  const waits = aConflict('one', { base: [rings, vows], client: [line('a', 'Both rings'), vows], server: [line('a', 'The rings'), vows] }) // prettier-ignore
  const wanted = [line('a', 'All rings'), line('b', 'The vows'), cake]
  const edit = { ...anEdit({ checklist: wanted }, { checklist: [rings, vows] }), groupId: 'an action' }
  expect(replaced(edit, [waits])).toMatchObject({ updates: [{ sides: [{ client: wanted }] }], rest: {} })
})

test('[P3] of a record that is gone another line joins their side of the same list, which stands there once', () => {
  const gone = aConflict('gone', { base: [rings, vows], client: [line('a', 'My rings'), vows], server: [rings, vows] }, 'edit_deleted') // prettier-ignore
  const edit = anEdit({ checklist: [rings, line('b', 'My vows')] }, { checklist: [rings, vows] })
  const { updates, rest } = replaced(edit, [gone], true)
  expect(updates).toMatchObject([{ sides: [{ client: [line('a', 'My rings'), line('b', 'My vows')] }], more: [] }])
  expect(rest).toEqual({})
})

test('[P13] two of their conflicts are looked at in one order, whichever was opened first', () => {
  const about = (name: string) => aConflict(name, { base: [rings], client: [line(name, 'Mine')], server: [line(name, 'Theirs')] }) // prettier-ignore
  const edit = () => ({ ...anEdit({ checklist: [line('a', 'New'), line('b', 'New'), cake] }, { checklist: [line('a', 'Mine'), line('b', 'Mine')] }), groupId: 'an action' }) // prettier-ignore
  const found = replaced(edit(), [about('b'), about('a')])
  expect(found.updates).toEqual(replaced(edit(), [about('a'), about('b')]).updates)
  expect(found).toMatchObject({ updates: [{ sides: [{ client: [line('a', 'New'), cake] }] }, { sides: [{ client: [line('b', 'New')] }] }], rest: {} }) // prettier-ignore
})

test.each([
  ['of a record that stands', 'fields', {}],
  ['of a record that is gone', 'edit_deleted', {}],
  ['in an action', 'fields', { groupId: 'an action' }],
] as const)('[P3] a tick on an older sheet leaves their own words on their side, %s', (_, kind, more) => {
  const waits = aConflict('one', { base: [rings, vows], client: [line('a', 'My rings'), vows], server: [line('a', 'The rings'), vows] }, kind) // prettier-ignore
  const ticked = {
    checklist: [
      { ...rings, done: true },
      { ...vows, done: true },
    ],
  }
  const { updates } = replaced({ ...anEdit(ticked, { checklist: [rings, vows] }), ...more }, [waits], kind !== 'fields')
  const theirs = { ...line('a', 'My rings'), done: true }
  const other = kind === 'fields' && !('groupId' in more) ? vows : { ...vows, done: true }
  expect(updates).toMatchObject([{ sides: [{ client: [theirs, other] }] }])
})

test('an edit of another line does not touch what waits', () => {
  const waits = aConflict('one', { base: [rings], client: [line('a', 'Both rings'), cake], server: [line('a', 'The rings'), cake] }) // prettier-ignore
  const edit = anEdit({ checklist: [rings, line('c', 'Pie')] }, { checklist: [rings, cake] })
  expect(replaced(edit, [waits])).toMatchObject({ updates: [], rest: edit.data })
})

test('what a rule proposed on the side before is no proposal any more', () => {
  const waits = aConflict('one', { client: [], server: [rings], proposed: [rings], weighed: {} })
  replaced(anEdit({ checklist: [cake] }, {}), [waits])
  expect(waits).toMatchObject({ version: 2, fields: [{ client: [cake] }] })
  expect(Object.keys(waits.fields[0]!)).not.toEqual(expect.arrayContaining(['proposed']))
  expect(waits.fields[0]).not.toHaveProperty('weighed')
})

test('[P13] of a record that is gone an edit joins the conflict that holds its side, whichever of them came first', () => {
  const gone = () => aConflict('gone', { field: 'title', client: 'Rings', server: 'Ring' }, 'edit_deleted')
  const own = () => aConflict('own', { field: 'due', client: '2026-06-01T10:00', server: null })
  const edit = anEdit({ due: '2026-06-02T10:00', priority: 'high' }, { due: null, priority: 'low' })
  for (const open of [
    [gone(), own()],
    [own(), gone()],
  ]) {
    const { updates, rest } = replaced(edit, open, true)
    const by = new Map(updates.map((update) => [update.conflictId, update]))
    expect(by.get('own')).toMatchObject({ sides: [{ client: '2026-06-02T10:00' }], more: [] })
    expect(by.get('gone')).toMatchObject({ sides: [], more: [{ field: 'priority', client: 'high' }] })
    expect(rest).toEqual({})
  }
})
