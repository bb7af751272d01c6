// What one action does to one value in several changes waits for a person as one.
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Json } from '@wedsync/protocol'
import { aWedding, endings, recordOf, type Held, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
/** Neither of two assistants has the last word on a list. */
const another = await wedding.phoneOfPerson('assistant')
const line = (id: string, text: string) => ({ id, text, done: false })
const was = [line('rings', 'Rings'), line('cake', 'Cake'), line('vows', 'Vows')]
const list = (said: Record<string, string>) => was.map(({ id, text }) => line(id, said[id] ?? text))

/** A task of its own with these lines, of which another assistant then changes some; the first has not seen that. */
const aTask = async (theirs: Record<string, string>) => {
  await Promise.all([planner.hears(), assistant.hears()])
  const task = planner.creates('tasks', { client_id: recordOf('clients').id, title: 'The table', checklist: was })
  await planner.sends([task])
  await Promise.all([another.hears(), assistant.hears()])
  await another.sends([edit(another, task, theirs)])
  return { table: 'tasks', id: task.id }
}

const decided = async (conflictId: string): Promise<void> => {
  const path = `/api/offline/conflicts/${conflictId}/resolve`
  const { status } = await planner.asks(path, { method: 'POST', body: JSON.stringify({ choice: 'client' }) })
  expect(status).toBe(200)
}

const edit = (phone: Phone, task: { table: string; id: string }, said: Record<string, string>, more: object = {}) =>
  phone.edits(task, { checklist: list(said) }, { base: { checklist: was }, ...more })

test.for([
  ['the first one nobody contests', { cake: 'Theirs' }, [{ rings: 'Mine' }, { cake: 'Mine' }]],
  ['the last one nobody contests', { cake: 'Theirs' }, [{ cake: 'Mine' }, { rings: 'Mine' }]],
  ['somebody contests both', { cake: 'Theirs', rings: 'Theirs' }, [{ cake: 'Mine' }, { rings: 'Mine' }]],
  [
    'somebody else said something of a third line',
    { cake: 'Theirs', vows: 'Theirs' },
    [{ rings: 'Mine' }, { cake: 'Mine' }],
  ],
  ['all of it in one change', { cake: 'Theirs' }, [{ cake: 'Mine', rings: 'Mine' }]],
] as const)('[P4] [P11] one list begun twice before it was saved, in one action, %s', async ([, theirs, mine]) => {
  const task = await aTask(theirs)
  const groupId = randomUUID()
  const changes = mine.map((said) => edit(assistant, task, said, { groupId }))
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(changes.map(() => 'waiting'))
  const whole = list({ ...theirs, cake: 'Mine', rings: 'Mine' })
  const [conflict, ...others] = await wedding.conflictLog(task.id)
  expect(others).toEqual([])
  expect(conflict!.fields).toMatchObject([{ field: 'checklist', client: whole, server: list(theirs) }])
  expect(answer.body.conflicts.map(({ fields }) => fields[0]!.client)).toEqual(changes.map(() => whole))
  await decided(answer.body.conflicts[0]!.conflictId)
  expect((await wedding.stored('tasks', task.id))!['checklist']).toEqual(whole)
})

test('[P3] [P11] one list begun twice before it was saved, in one action of which somebody contests something else', async () => {
  const task = await aTask({})
  const item = recordOf('timeline_items', 10)
  const groupId = randomUUID()
  const ticked = was.map((one) => (one.id === 'rings' ? { ...one, done: true } : one))
  const changes = [
    assistant.edits(item, { cue: 'Mine' }, { groupId }),
    edit(assistant, task, { rings: 'Mine' }, { groupId }),
    edit(assistant, task, { cake: 'Mine' }, { groupId }),
    assistant.edits(task, { checklist: ticked }, { groupId, base: { checklist: was } }),
  ]
  await another.sends([another.edits(item, { cue: 'Theirs' })])
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(changes.map(() => 'waiting'))
  await decided(answer.body.conflicts[0]!.conflictId)
  const whole = list({ cake: 'Mine', rings: 'Mine' }).map((one) => (one.id === 'rings' ? { ...one, done: true } : one))
  expect((await wedding.stored('tasks', task.id))!['checklist']).toEqual(whole)
})

test('[P3] [P11] one note begun twice before it was saved, in one action of which somebody contests something else', async () => {
  const [item, noted] = [recordOf('timeline_items', 11), recordOf('timeline_items', 12)]
  await Promise.all([another.hears(), assistant.hears()])
  const was = (await wedding.stored('timeline_items', noted.id))!['internal_note'] as string | null
  const groupId = randomUUID()
  const [first, second] = ['First', 'Second'].map((word) => [was, `${word} of mine`].filter(Boolean).join('\n'))
  const more = { groupId, base: { internal_note: was } }
  const changes = [
    assistant.edits(item, { cue: 'Mine' }, { groupId }),
    assistant.edits(noted, { internal_note: first! }, more),
    assistant.edits(noted, { internal_note: second! }, more),
  ]
  await another.sends([another.edits(item, { cue: 'Theirs' })])
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(changes.map(() => 'waiting'))
  await decided(answer.body.conflicts[0]!.conflictId)
  const stands = (await wedding.stored('timeline_items', noted.id))!['internal_note']
  expect(stands).toContain('First of mine')
  expect(stands).toContain('Second of mine')
})

test('[P3] [P4] [P11] one list begun twice, in one action, of which a line waits already', async () => {
  const task = await aTask({ cake: 'Theirs' })
  const first = edit(assistant, task, { cake: 'Mine' })
  await assistant.sends([first])
  const base: Json = list({ cake: 'Mine' })
  const more = { groupId: randomUUID(), base: { checklist: base }, after: first.changeId }
  const changes = [
    edit(assistant, task, { cake: 'Mine', rings: 'Mine' }, more),
    edit(assistant, task, { cake: 'Mine, too' }, more),
  ]
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(changes.map(() => 'waiting'))
  const whole = list({ cake: 'Mine, too', rings: 'Mine' })
  expect(await wedding.conflictLog(task.id)).toMatchObject([{ fields: [{ client: whole }] }])
  await decided(answer.body.conflicts[0]!.conflictId)
  expect((await wedding.stored('tasks', task.id))!['checklist']).toEqual(whole)
})

test('[P3] [P11] what an action says last of a field is its author’s side, whichever record of it was contested first', async () => {
  const [one, other] = [recordOf('timeline_items', 1), recordOf('timeline_items', 2)]
  await Promise.all([planner.hears(), assistant.hears()])
  const theirs = [one, other].map((item) => planner.edits(item, { cue: 'Theirs' }))
  const groupId = randomUUID()
  const changes = [
    assistant.edits(one, { cue: 'Mine' }, { groupId }),
    assistant.edits(other, { cue: 'First mine' }, { groupId }),
    assistant.edits(other, { cue: 'Then mine' }, { groupId }),
  ]
  await planner.sends(theirs)
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(['waiting', 'waiting', 'waiting'])
  await decided(answer.body.conflicts[0]!.conflictId)
  expect((await wedding.stored('timeline_items', one.id))!['cue']).toBe('Mine')
  expect((await wedding.stored('timeline_items', other.id))!['cue']).toBe('Then mine')
})

test('[P4] [P11] an action that says more about what waits already is asked about there, whatever else of it somebody contests', async () => {
  const [known, other, third] = [5, 6, 7].map((nth) => recordOf('timeline_items', nth)) as [Held, Held, Held]
  await Promise.all([another.hears(), assistant.hears()])
  const first = assistant.edits(known, { cue: 'Mine' })
  const groupId = randomUUID()
  const changes = [
    assistant.edits(other, { cue: 'Mine, there', location: 'Barn' }, { groupId }),
    assistant.edits(third, { cue: 'First mine' }, { groupId }),
    assistant.edits(third, { cue: 'Then mine' }, { groupId }),
    assistant.edits(known, { cue: 'Mine, too' }, { groupId, base: first.data, after: first.changeId }),
  ]
  await another.sends([known, other, third].map((item) => another.edits(item, { cue: 'Theirs' })))
  await assistant.sends([first])
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(['waiting', 'waiting', 'waiting', 'waiting'])
  expect([...(await wedding.conflictLog(other.id)), ...(await wedding.conflictLog(third.id))]).toEqual([])
  const [conflict, ...rest] = await wedding.conflictLog(known.id)
  expect(rest).toEqual([])
  expect(conflict!.fields).toMatchObject([
    { field: 'cue', client: 'Mine, too', server: 'Theirs' },
    { field: 'cue', client: 'Mine, there', server: 'Theirs', table: other.table, id: other.id },
    { field: 'cue', client: 'Then mine', server: 'Theirs', table: third.table, id: third.id },
  ])
  const told = answer.body.conflicts.map(({ conflictId, version }) => ({ conflictId, version }))
  const stands = { conflictId: conflict!.conflict_id, version: conflict!.version }
  expect(told).toEqual(changes.map(() => stands))
  await decided(conflict!.conflict_id)
  expect(await wedding.stored('timeline_items', known.id)).toMatchObject({ cue: 'Mine, too' })
  expect(await wedding.stored('timeline_items', other.id)).toMatchObject({ cue: 'Mine, there', location: 'Barn' })
  expect(await wedding.stored('timeline_items', third.id)).toMatchObject({ cue: 'Then mine' })
  const ends = await wedding.sql<{ status: string }>(
    'select distinct status from public.offline_sync_queue where change_id = any ($1)',
    [changes.map(({ changeId }) => changeId)],
  )
  expect(ends).toEqual([{ status: 'completed' }])
})

test('[P4] [P11] two actions that reach into one another, and an edit between them, are asked about as one, and nothing of them is lost', async () => {
  const [one, other] = [recordOf('timeline_items', 13), recordOf('timeline_items', 14)]
  await Promise.all([another.hears(), assistant.hears()])
  const [first, second] = [randomUUID(), randomUUID()]
  const changes = [
    assistant.edits(one, { location: 'Mine' }, { groupId: first }),
    assistant.edits(other, { cue: 'Mine' }, { groupId: second }),
    assistant.edits(one, { title: 'Mine' }),
    assistant.edits(one, { cue: 'Mine' }, { groupId: first }),
    assistant.edits(one, { location: 'Mine at last' }, { groupId: second }),
  ]
  await another.sends([one, other].map((item) => another.edits(item, { cue: 'Theirs' })))
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(changes.map(() => 'waiting'))
  expect(new Set(answer.body.conflicts.map(({ conflictId }) => conflictId)).size).toBe(1)
  expect(await wedding.stored('timeline_items', one.id)).toMatchObject({ cue: 'Theirs' })
  expect(endings(await assistant.sends(changes), changes)).toEqual(changes.map(() => 'waiting'))
  await decided(answer.body.conflicts[0]!.conflictId)
  expect(await wedding.stored('timeline_items', one.id)).toMatchObject({ cue: 'Mine', title: 'Mine', location: 'Mine at last' }) // prettier-ignore
  expect(await wedding.stored('timeline_items', other.id)).toMatchObject({ cue: 'Mine' })
})

test('[P4] [P11] an action that says more about two things that wait by themselves is asked about in one of them', async () => {
  const items = [8, 9].map((nth) => recordOf('timeline_items', nth))
  await Promise.all([another.hears(), assistant.hears()])
  const firsts = items.map((item) => assistant.edits(item, { cue: 'Mine' }))
  const groupId = randomUUID()
  const changes = firsts.map((first, nth) =>
    assistant.edits(items[nth]!, { cue: 'Mine, too' }, { groupId, base: first.data, after: first.changeId }),
  )
  await another.sends(items.map((item) => another.edits(item, { cue: 'Theirs' })))
  await assistant.sends(firsts)
  const answer = await assistant.sends(changes)
  expect(endings(answer, changes)).toEqual(['waiting', 'waiting'])
  const { conflictId } = answer.body.conflicts[0]!
  const [log] = await wedding.sql<{ fields: object[] }>(
    'select fields from public.sync_conflict_log where conflict_id = $1',
    [conflictId],
  )
  expect(log!.fields).toMatchObject([
    { field: 'cue', client: 'Mine, too', server: 'Theirs' },
    { field: 'cue', client: 'Mine, too', server: 'Theirs' },
  ])
  await decided(conflictId)
  for (const { id } of items) expect(await wedding.stored('timeline_items', id)).toMatchObject({ cue: 'Mine, too' })
  const ends = await wedding.sql<{ status: string }>(
    'select distinct status from public.offline_sync_queue where change_id = any ($1)',
    [changes.map(({ changeId }) => changeId)],
  )
  expect(ends).toEqual([{ status: 'completed' }])
})

describe('an action of which only a small thing is contested weighs as much as what goes in with a decision about it', () => {
  const note = recordOf('timeline_items', 3)
  const start = recordOf('timeline_items', 4)
  const small = { public_note: 'Mine' }

  test('[P4] where it is asked about first', async () => {
    await Promise.all([another.hears(), assistant.hears()])
    const groupId = randomUUID()
    const changes = [
      assistant.edits(note, small, { groupId }),
      assistant.edits(start, { planned_start: '2026-06-20T18:05' }, { groupId }),
    ]
    await another.sends([another.edits(note, { public_note: 'Theirs' })])
    const answer = await assistant.sends(changes)
    expect(endings(answer, changes)).toEqual(['waiting', 'waiting'])
    expect(await wedding.conflictLog(note.id)).toMatchObject([
      { severity: 'high', because: 'High because it is about the start, in the same action.' },
    ])
    const { conflictId: id, version } = answer.body.conflicts[0]!
    const body = JSON.stringify({ choice: 'client', conflicts: [{ conflictId: id, version }] })
    const together = await planner.asks('/api/offline/conflicts/resolve', { method: 'POST', body })
    expect(together.body).toMatchObject({ decided: [], failures: [{ code: 'needs_decision' }] })
    await decided(id)
  })

  test('[P4] where it joins what waits already', async () => {
    await Promise.all([another.hears(), assistant.hears()])
    const first = assistant.edits(note, { public_note: 'Mine again' })
    await another.sends([another.edits(note, { public_note: 'Theirs, once more' })])
    await assistant.sends([first])
    const before = (await wedding.conflictLog(note.id)).find(({ status }) => status === 'pending')
    expect(before).toMatchObject({ severity: 'medium' })
    const more = { groupId: randomUUID() }
    const changes = [
      assistant.edits(note, { public_note: 'Mine, too' }, { ...more, base: first.data, after: first.changeId }),
      assistant.edits(start, { planned_start: '2026-06-20T18:10' }, more),
    ]
    expect(endings(await assistant.sends(changes), changes)).toEqual(['waiting', 'waiting'])
    const after = (await wedding.conflictLog(note.id)).find(({ status }) => status === 'pending')
    expect(after).toMatchObject({
      ...{ severity: 'high', because: 'High because it is about the start, in the same action.' },
      fields: [{ client: 'Mine, too' }],
    })
  })
})
