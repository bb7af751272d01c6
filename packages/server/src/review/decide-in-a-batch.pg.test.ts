// A decision made with no signal is an ordinary change; one action of several changes is decided as a whole, and of a field
// with labels only the contested ones.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { disagreementsAt } from '../testing/a-disagreement.ts'
import { aWedding, endings, recordOf, type Held, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [owner, planner, assistant] = (['owner', 'planner', 'assistant'] as const).map((role) =>
  wedding.phoneOf(role),
) as [Phone, Phone, Phone]
const couple = await wedding.phoneOfPerson('couple')
const { anItem, aWaiting, decides, logOf, cueOf } = disagreementsAt(wedding, planner, assistant)

describe('with no signal', () => {
  const decision = (conflictId: string, data: object) => ({
    ...{
      changeId: randomUUID(),
      action: 'update' as const,
      table: 'conflicts',
      id: conflictId,
      data: data as JsonObject,
    },
  })

  test('a decision is an ordinary change: an ordinary receipt, the same for every try', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await planner.hears()
    expect(planner.shows({ table: 'conflicts', id: conflictId }).data).toMatchObject({ canDecide: true, version: 1 })
    const said = decision(conflictId, { choice: 'client', version: 1 })
    const other = planner.edits(anItem(), { title: 'Beside it' })
    const answer = await planner.sends([said, other])
    expect(endings(answer, [said, other])).toEqual(['applied', 'applied'])
    expect(await cueOf(item)).toBe('Tom')
    expect(answer.body.processed[0]).toMatchObject({ serverId: conflictId })

    const before = await wedding.traces()
    const again = await planner.sends([said])
    expect(endings(again, [said])).toEqual(['applied'])
    expect(again.body.processed[0]!.version).toBe(answer.body.processed[0]!.version)
    expect({ ...(await wedding.traces()), metrics: 0 }).toEqual({ ...before, metrics: 0 })
    await planner.hears()
    expect(planner.shows({ table: 'conflicts', id: conflictId })).toMatchObject({
      version: answer.body.processed[0]!.version,
      data: { status: 'resolved', canDecide: false },
    })
  })

  test('an outdated one, a late one and one that is not theirs fail with their reason, and overwrite nothing', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await wedding.sql(`update public.timeline_items set cue = 'psql' where id = $1`, [item.id])
    const outdated = decision(conflictId, { choice: 'client', version: 1 })
    expect(endings(await planner.sends([outdated]), [outdated])).toEqual(['conflict_moved'])
    const strange = decision(conflictId, { choice: 'client', version: 2, mood: 'good' })
    expect(endings(await planner.sends([strange]), [strange])).toEqual(['unknown_field'])
    await decides(owner, conflictId, { choice: 'server' })
    const late = decision(conflictId, { choice: 'client', version: 2 })
    const answer = await planner.sends([late])
    expect(endings(answer, [late])).toEqual(['already_resolved'])
    expect(answer.body.failures[0]).toMatchObject({ retryable: false })
    expect(await cueOf(item)).toBe('psql')

    const theirs = decision((await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })).conflictId, { choice: 'client' })
    expect(endings(await couple.sends([theirs]), [theirs])).toEqual(['record_missing'])
    // it is kept, in case the conflict comes yet: until it is given up nothing here stands still
    await wedding.ends(theirs.changeId, 'failed')
  })

  test('an edit behind the decision, in the same batch, stands on what was decided', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await planner.hears()
    const said = decision(conflictId, { choice: 'client' })
    const after = planner.edits(item, { cue: 'Priya after all' }, { base: { cue: 'Tom' } })
    const answer = await planner.sends([said, after])
    expect(endings(answer, [said, after])).toEqual(['applied', 'merged'])
    expect(await cueOf(item)).toBe('Priya after all')
  })

  // found by kills of the server: such a phone was sent home for ever, and all behind it waited
  test.each([
    ['an edit', (item: Held) => planner.edits(item, { cue: 'Priya once more' })],
    ['a delete', (item: Held) => planner.deletes(item)],
  ])('[P14] a decision on what %s before it in the same batch moved along is told to look again', async (_, before) => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await planner.hears()
    const first = before(planner.shows(item))
    const said = decision(conflictId, { choice: 'client', version: 1 })
    const other = planner.edits(anItem(), { title: 'Beside it' })
    const answer = await planner.sends([first, said, other])
    expect(answer.status).toBe(200)
    expect(endings(answer, [first, said, other])).toEqual(['applied', 'conflict_moved', 'applied'])
    expect(await logOf(conflictId)).toMatchObject({ status: 'pending', version: 2 })
  })

  test('a decision on whatever stands is on what the edit before it in the same batch left', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await planner.hears()
    const first = planner.edits(planner.shows(item), { cue: 'Priya once more' })
    const said = decision(conflictId, { choice: 'server' })
    expect(endings(await planner.sends([first, said]), [first, said])).toEqual(['applied', 'applied'])
    expect(await cueOf(item)).toBe('Priya once more')
    expect((await logOf(conflictId)).fields).toMatchObject([{ client: 'Tom', server: 'Priya once more' }])
  })

  // found by the simulation: the decision was refused in the end, but what stood before it had been put back for what came behind it
  test('[P13] an edit behind a decision that is refused builds on the edit before it, and nothing is contested', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await planner.hears()
    const first = planner.edits(planner.shows(item), { cue: 'Priya once more' })
    const said = decision(conflictId, { choice: 'server', version: 1 })
    const last = planner.edits(
      planner.shows(item),
      { cue: 'Priya at last' },
      { base: { cue: 'Priya once more' }, after: first.changeId },
    )
    const answer = await planner.sends([first, said, last])
    expect(endings(answer, [first, said, last])).toEqual(['applied', 'conflict_moved', 'applied'])
    expect(await cueOf(item)).toBe('Priya at last')
  })

  // found by the simulation: alone it went in, with another change of the same record it took the place of what waited
  test('[P13] who edits what stands on another phone of theirs edits that, and not their side of what waits', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const other = wedding.phoneOf('assistant')
    await other.hears()
    const edit = other.edits(other.shows(item), { cue: 'Tom after all' })
    const beside = other.edits(other.shows(item), { title: 'Beside it' })
    expect(endings(await other.sends([edit, beside]), [edit, beside])).toEqual(['applied', 'applied'])
    expect(await cueOf(item)).toBe('Tom after all')
    expect((await logOf(conflictId)).fields).toMatchObject([{ client: 'Tom', server: 'Tom after all' }])
  })

  // found by the simulation: a phone that loaded everything anew held its change for ever
  test('[P14] a phone that loads anew and hands in its change with the decision on it is told how both ended', async () => {
    const { stale, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const said = decision(conflictId, { choice: 'server' })
    // without a cursor: everything it ever made, once more
    const answer = await assistant.sends([stale, said], { cursor: null })
    expect(answer.body.settled).toMatchObject([{ changeId: stale.changeId, outcome: 'server_won' }])
  })

  test('a dry run decides nothing', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const before = await wedding.traces()
    await planner.sends([decision(conflictId, { choice: 'client' })], { options: { dryRun: true } })
    expect(await wedding.traces()).toEqual(before)
    expect(await cueOf(item)).toBe('Priya')
  })
})

describe('an action of several changes', () => {
  const aGroup = async () => {
    const [one, two, three] = [anItem(), anItem(), anItem()]
    await Promise.all([planner.hears(), assistant.hears()])
    const groupId = randomUUID()
    const changes = [
      assistant.edits(one, { cue: 'Tom 1', title: 'Free' }, { groupId }),
      assistant.edits(two, { cue: 'Tom 2' }, { groupId }),
      assistant.edits(three, { title: 'Tom 3' }, { groupId }),
    ]
    await planner.sends([planner.edits(one, { cue: 'Priya 1' }), planner.edits(two, { cue: 'Priya 2' })])
    const answer = await assistant.sends(changes)
    expect(endings(answer, changes)).toEqual(['waiting', 'waiting', 'waiting'])
    const ids = new Set(answer.body.conflicts.map(({ conflictId }) => conflictId))
    expect(ids.size).toBe(1)
    return { one, two, three, changes, conflictId: [...ids][0]! }
  }
  const titles = async (...items: Held[]) =>
    Promise.all(items.map(async ({ id }) => (await wedding.stored('timeline_items', id))!['title']))

  test('[P4] one row holds what is contested in every record of it', async () => {
    const { two, conflictId } = await aGroup()
    expect((await logOf(conflictId)).fields).toMatchObject([
      { field: 'cue', client: 'Tom 1', server: 'Priya 1' },
      { table: 'timeline_items', id: two.id, field: 'cue', client: 'Tom 2', server: 'Priya 2' },
    ])
  })

  test('[P11] is decided as a whole: for its author all of it goes in', async () => {
    const { one, two, three, changes, conflictId } = await aGroup()
    expect((await decides(planner, conflictId, { choice: 'client', version: 1 })).status).toBe(200)
    expect([await cueOf(one), await cueOf(two)]).toEqual(['Tom 1', 'Tom 2'])
    expect(await titles(one, three)).toEqual(['Free', 'Tom 3'])
    const settled = (await assistant.hears()).body.settled
    expect(settled.map(({ changeId }) => changeId).sort()).toEqual(changes.map(({ changeId }) => changeId).sort())
  })

  test('[P11] and for what stands none of it does', async () => {
    const { one, two, three, conflictId } = await aGroup()
    expect((await decides(planner, conflictId, { choice: 'server' })).status).toBe(200)
    expect([await cueOf(one), await cueOf(two)]).toEqual(['Priya 1', 'Priya 2'])
    expect(await titles(one, three)).toEqual([one.data['title'], three.data['title']])
  })

  test('one choice for each field, of the other records by table and id', async () => {
    const { one, two, conflictId } = await aGroup()
    const choices = { cue: 'client', [`timeline_items/${two.id}/cue`]: 'server' }
    expect((await decides(planner, conflictId, { choices })).status).toBe(200)
    expect([await cueOf(one), await cueOf(two)]).toEqual(['Tom 1', 'Priya 2'])
  })

  test('[P4] what somebody moved while it waited is shown before it is overwritten', async () => {
    const { three, conflictId } = await aGroup()
    await wedding.sql(`update public.timeline_items set title = 'From psql' where id = $1`, [three.id])
    const first = await decides(planner, conflictId, { choice: 'client' })
    expect([first.status, first.body.code]).toEqual([409, 'conflict_moved'])
    expect(await titles(three)).toEqual(['From psql'])
    expect((await logOf(conflictId)).fields[2]).toMatchObject({ id: three.id, client: 'Tom 3', server: 'From psql' })
    expect((await decides(planner, conflictId, { choice: 'client', version: 2 })).status).toBe(200)
    expect(await titles(three)).toEqual(['Tom 3'])
  })

  // found by the simulation: whoever decided was asked to look again at what nobody had moved since its author looked
  test('[P4] what its author had seen by the time they changed it is not asked about', async () => {
    const { one, conflictId } = await aGroup()
    await planner.hears()
    await planner.sends([planner.edits(planner.shows(one), { location: 'Barn' })])
    await assistant.hears()
    // their phone shows their own cue over what the planner set
    const later = assistant.edits(
      assistant.shows(one),
      { location: 'Garden', cue: 'Tom 1 again' },
      { base: { location: 'Barn', cue: 'Tom 1' }, groupId: randomUUID() },
    )
    expect(endings(await assistant.sends([later]), [later])).toEqual(['waiting'])
    const { version } = await logOf(conflictId)
    expect((await decides(planner, conflictId, { choice: 'client', version })).status).toBe(200)
    expect(await cueOf(one)).toBe('Tom 1 again')
    expect((await wedding.stored('timeline_items', one.id))!['location']).toBe('Garden')
  })

  test('[P4] but what only makes sense with a field that moved is asked about with it', async () => {
    const item = anItem()
    await Promise.all([planner.hears(), assistant.hears()])
    const first = assistant.edits(item, { cue: 'Tom', duration_min: 47 }, { groupId: randomUUID() })
    await planner.sends([planner.edits(item, { cue: 'Priya' })])
    const { conflictId } = (await assistant.sends([first])).body.conflicts[0]!
    await planner.hears()
    await planner.sends([planner.edits(planner.shows(item), { duration_min: 33 })])
    await assistant.hears()
    const later = assistant.edits(
      assistant.shows(item),
      { cue: 'Tom again', planned_start: '2026-06-20T11:11' },
      { base: { cue: 'Tom', planned_start: item.data['planned_start']! }, groupId: randomUUID() },
    )
    expect(endings(await assistant.sends([later]), [later])).toEqual(['waiting'])
    expect((await decides(planner, conflictId, { choice: 'client' })).body.code).toBe('conflict_moved')
    const asked = (await logOf(conflictId)).fields.map(({ field }) => field).sort()
    expect(asked).toEqual(['cue', 'duration_min', 'planned_start'])
  })

  // found by a storm of ten phones: the decision said that the words of a note were back, and it stayed deleted
  test('[P4] that deletes what it changed first deletes it: nothing it changed before comes back, and nobody is told so', async () => {
    await Promise.all([planner.hears(), assistant.hears()])
    const item = anItem()
    const groupId = randomUUID()
    const edit = assistant.edits(item, { cue: 'Tom' }, { groupId })
    const gone = assistant.deletes(item, { groupId, after: edit.changeId })
    await planner.sends([planner.deletes(item)])
    const answer = await assistant.sends([edit, gone])
    expect(endings(answer, [edit, gone])).toEqual(['waiting', 'waiting'])
    const { conflictId } = answer.body.conflicts[0]!
    expect((await logOf(conflictId)).fields).toMatchObject([
      { reason: 'Its author changed this and then deleted it, in one action: it goes, or it stays as it is.' },
    ])
    const custom = await decides(planner, conflictId, { values: { cue: 'Both' } })
    expect(custom.status).toBe(400)
    expect(custom.text).toContain('it goes, or it stays as it is')
    expect((await decides(planner, conflictId, { choice: 'client' })).status).toBe(200)
    expect(await wedding.stored('timeline_items', item.id)).toBeUndefined()
    expect((await logOf(conflictId)).fields).toMatchObject([{ choice: 'client', client: 'Tom' }])
    expect((await logOf(conflictId)).fields[0]).not.toHaveProperty('resolved')
    const { settled } = (await assistant.hears()).body
    const endingOf = (changeId: string) => settled.find((one) => one.changeId === changeId)
    expect(endingOf(edit.changeId)).toMatchObject({ outcome: 'server_won' })
    expect(endingOf(gone.changeId)).toMatchObject({ outcome: 'client_won' })
  })

  // found by the simulation, seed 11381
  test('[P3] what its author made and did away with in it never was, and nobody is told that it was written', async () => {
    await Promise.all([planner.hears(), assistant.hears()])
    const item = anItem()
    const groupId = randomUUID()
    const edit = assistant.edits(item, { cue: 'Tom' }, { groupId })
    const note = assistant.creates('notes', { client_id: item.data['client_id']!, body: 'Gone again' }, { groupId })
    const gone = assistant.deletes(note, { groupId, after: note.changeId })
    await planner.sends([planner.edits(item, { cue: 'Priya' })])
    const answer = await assistant.sends([edit, note, gone])
    expect(endings(answer, [edit, note, gone])).toEqual(['waiting', 'waiting', 'waiting'])
    expect((await decides(planner, answer.body.conflicts[0]!.conflictId, { choice: 'client' })).status).toBe(200)
    const { settled } = (await assistant.hears()).body
    const outcomes = [edit, note, gone].map(({ changeId }) => settled.find((one) => one.changeId === changeId))
    expect(outcomes).toMatchObject([
      { outcome: 'client_won' },
      { outcome: 'server_won' },
      { outcome: 'already_applied' },
    ])
  })
})

describe('labels of one field', () => {
  test('the contested one waits, the others are everybody’s, and an edit of another goes in', async () => {
    const contact = recordOf('vendor_contacts', 1)
    const phones = contact.data['phones'] as JsonObject
    const toms = { ...phones, mobile: '+447700900111' }
    const { item, stale, conflictId } = await aWaiting(
      { phones: toms },
      { phones: { ...phones, mobile: '+447700900222' } },
      contact,
    )
    await wedding.sql(
      `update public.vendor_contacts set phones = phones || '{"office": "+447700900333"}' where id = $1`,
      [item.id],
    )
    const other = assistant.edits(
      item,
      { phones: { ...toms, home: '+447700900444' } },
      { base: { phones: toms }, after: stale.changeId },
    )
    expect(endings(await assistant.sends([other]), [other])).toEqual(['applied'])
    expect((await decides(planner, conflictId, { choice: 'client' })).status).toBe(200)
    expect((await wedding.stored('vendor_contacts', item.id))!['phones']).toMatchObject({
      ...{ mobile: '+447700900111', office: '+447700900333', home: '+447700900444' },
    })
  })
})
