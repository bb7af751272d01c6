// What waits for a person is decided by a person, once, on what they really saw; and nothing of the losing side is lost.
import { randomUUID } from 'node:crypto'
import { DecidedRecord } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { disagreementsAt } from '../testing/a-disagreement.ts'
import { aWedding, endings, recordOf, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [owner, planner, assistant, vendor] = (['owner', 'planner', 'assistant', 'vendor'] as const).map((role) =>
  wedding.phoneOf(role),
) as [Phone, Phone, Phone, Phone]
const couple = await wedding.phoneOfPerson('couple')
const { anItem, aWaiting, decides, logOf, cueOf } = disagreementsAt(wedding, planner, assistant)

describe('a person decides', () => {
  test('for the author: their value stands, the other is kept beside it, and history names who decided', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const answer = await decides(planner, conflictId, { choice: 'client', note: 'He was there.', version: 1 })

    expect(answer.status).toBe(200)
    DecidedRecord.parse(answer.body)
    expect(answer.body).toMatchObject({ table: 'timeline_items', id: item.id, data: { cue: 'Tom' } })
    expect(await cueOf(item)).toBe('Tom')
    const log = await logOf(conflictId)
    expect(log).toMatchObject({
      ...{ status: 'resolved', decided_by: planner.userId, note: 'He was there.' },
      ...{ resolution: { strategy: 'person', choice: 'client' } },
      fields: [{ client: 'Tom', server: 'Priya', resolved: 'Tom', choice: 'client' }],
    })
    const [line] = await wedding.sql(
      'select user_id, change_id, before, after from sync.history where record_id = $1 order by position desc limit 1',
      [item.id],
    )
    expect(line).toEqual({
      ...{ user_id: planner.userId, change_id: log['decision_id'] },
      ...{ before: { cue: 'Priya' }, after: { cue: 'Tom' } },
    })
  })

  test('for what stands: nothing is written, both values stay', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const [before] = await wedding.sql('select count(*) from sync.history where record_id = $1', [item.id])
    expect((await decides(owner, conflictId, { choice: 'server' })).status).toBe(200)
    expect(await wedding.sql('select count(*) from sync.history where record_id = $1', [item.id])).toEqual([before])
    expect(await cueOf(item)).toBe('Priya')
    expect((await logOf(conflictId)).fields).toMatchObject([{ client: 'Tom', server: 'Priya', resolved: 'Priya' }])
  })

  test('field by field, with a value of their own', async () => {
    const both = { cue: 'Tom', actual_start: '2026-06-20T10:00:00.000Z' }
    const { item, conflictId } = await aWaiting(both, { cue: 'Priya', actual_start: '2026-06-20T12:09:00.000Z' })
    const answer = await decides(planner, conflictId, { choices: { actual_start: 'client' }, values: { cue: 'Both' } })
    expect(answer.status).toBe(200)
    expect(answer.body['data']).toMatchObject({ cue: 'Both', actual_start: '2026-06-20T10:00:00.000Z' })
    expect(await cueOf(item)).toBe('Both')
  })

  test('for the proposal, where a rule made one', async () => {
    const { item, conflictId } = await aWaiting({ public_note: 'Bring the ladder' }, { public_note: 'Bring a torch' })
    const [field] = (await logOf(conflictId)).fields
    expect(field!['proposed']).toBeDefined()
    await decides(planner, conflictId, { choice: 'merged' })
    expect((await wedding.stored('timeline_items', item.id))!['public_note']).toBe(field!['proposed'])
  })

  test.each([
    ['a proposal that is none', { choice: 'merged' }, 'cue'],
    ['a field nobody contests', { choice: 'client', values: { title: 'Mine' } }, 'title'],
    ['a field nobody knows', { choice: 'client', choices: { __proto__x: 'client' } }, '__proto__x'],
    ['a value the field refuses', { values: { cue: 'x'.repeat(501) } }, 'cue'],
    ['a value that is missing', { choices: { cue: 'custom' } }, 'cue'],
    ['nothing', {}, 'cue'],
  ])('but not for %s', async (_what, wish, path) => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const before = await wedding.traces()
    const answer = await decides(planner, conflictId, wish)
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed'])
    expect(answer.body['errors']).toMatchObject([{ path }])
    expect(await wedding.traces()).toEqual(before)
    expect(await cueOf(item)).toBe('Priya')
  })

  test('and an unknown conflict is the same as one that is none of theirs', async () => {
    const { conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const unknown = await decides(planner, randomUUID(), { choice: 'client' })
    const rival = wedding.phoneOf('owner', { organization: await wedding.rival() })
    const foreign = await decides(rival, conflictId, { choice: 'client' })
    expect([unknown.status, foreign.status]).toEqual([404, 404])
    expect(foreign.body['message']).toBe(unknown.body['message'])
    expect((await logOf(conflictId))['status']).toBe('pending')
  })
})

describe('the author', () => {
  test('hears late what became of their change, until their cursor passed it, and a replay says the same', async () => {
    const { stale, conflictId, item } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await assistant.hears()
    const cursor = assistant.view.cursor
    await decides(planner, conflictId, { choice: 'client' })

    const heard = await assistant.hears()
    expect(heard.body.settled).toEqual([
      expect.objectContaining({ changeId: stale.changeId, serverId: item.id, outcome: 'client_won' }),
    ])
    // the answer was lost: asked again from where it was, it comes again
    const again = await assistant.posts({ batchId: randomUUID(), deviceId: assistant.deviceId, cursor, changes: [] })
    expect(again.body.settled).toEqual(heard.body.settled)
    expect((await assistant.hears()).body.settled).toEqual([])
    expect((await wedding.ledger(stale.changeId))[0]).toMatchObject({ status: 'completed' })
    expect(endings(await assistant.sends([stale]), [stale])).toEqual(['client_won'])
    expect(await cueOf(item)).toBe('Tom')
  })

  test('may withdraw their own side, whatever their role, and nothing else', async () => {
    const contact = recordOf('vendor_contacts')
    const own = vendor
    await Promise.all([own.hears(), planner.hears()])
    const held = [...own.held.values()].find(({ table, data }) => table === 'vendor_contacts' && data['person_id'])
    const mine = held ?? contact
    const stale = own.edits(mine, { arrived_at: '2026-06-20T08:00:00.000Z' })
    await planner.sends([planner.edits(mine, { arrived_at: '2026-06-20T10:20:00.000Z' })])
    const answer = await own.sends([stale])
    expect(endings(answer, [stale])).toEqual(['waiting'])
    const { conflictId } = answer.body.conflicts[0]!

    expect((await decides(own, conflictId, { choice: 'client' })).status).toBe(403)
    expect((await decides(couple, conflictId, { choice: 'server' })).status).toBe(404)
    expect((await decides(own, conflictId, { choice: 'server' })).status).toBe(200)
    expect(await logOf(conflictId)).toMatchObject({ status: 'resolved', decided_by: own.userId })
    expect((await own.hears()).body.settled).toMatchObject([{ changeId: stale.changeId, outcome: 'server_won' }])
  })

  test('an assistant decides what is not critical, and nothing that is', async () => {
    const plain = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    expect((await decides(assistant, plain.conflictId, { choice: 'client' })).status).toBe(200)
    const wed = recordOf('clients')
    const grave = await aWaiting({ emergency_contact: 'Tom' }, { emergency_contact: 'Priya' }, wed)
    expect((await decides(assistant, grave.conflictId, { choice: 'client' })).status).toBe(403)
    expect((await decides(planner, grave.conflictId, { choice: 'client' })).status).toBe(200)
    expect((await wedding.stored('clients', wed.id))!['emergency_contact']).toBe('Tom')
  })
})

describe('on a view that is no longer true', () => {
  test('a decision is told so: the other side moved along, by a phone or by somebody in psql', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await planner.hears()
    await planner.sends([planner.edits(item, { cue: 'Priya again' })])
    await wedding.sql(`update public.timeline_items set cue = 'From psql' where id = $1`, [item.id])
    expect(await logOf(conflictId)).toMatchObject({ version: 3, fields: [{ client: 'Tom', server: 'From psql' }] })

    const late = await decides(owner, conflictId, { choice: 'client', version: 1 })
    expect([late.status, late.body.code, late.body['error']]).toEqual([409, 'conflict_moved', 'Already resolved'])
    expect(await cueOf(item)).toBe('From psql')
    expect((await decides(owner, conflictId, { choice: 'client', version: 3 })).status).toBe(200)
    expect(await cueOf(item)).toBe('Tom')
  })

  test('edits of other fields do not disturb it', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await wedding.sql(`update public.timeline_items set title = 'Elsewhere' where id = $1`, [item.id])
    expect((await decides(owner, conflictId, { choice: 'client', version: 1 })).status).toBe(200)
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ cue: 'Tom', title: 'Elsewhere' })
  })

  test('a field that only makes sense with a contested one counts', async () => {
    const { item, conflictId } = await aWaiting({ duration_min: 47 }, { planned_start: '2026-06-20T11:11' })
    await wedding.sql(`update public.timeline_items set planned_start = '2026-06-20T11:33' where id = $1`, [item.id])
    expect((await decides(owner, conflictId, { choice: 'client', version: 1 })).status).toBe(409)
  })

  test('the author’s later edit counts as well', async () => {
    const { item, stale, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    const later = assistant.edits(item, { cue: 'Tom later' }, { after: stale.changeId, base: { cue: 'Tom' } })
    expect(endings(await assistant.sends([later]), [later])).toEqual(['waiting'])
    expect((await decides(owner, conflictId, { choice: 'client', version: 1 })).status).toBe(409)
    expect((await decides(owner, conflictId, { choice: 'client', version: 2 })).status).toBe(200)
    expect(await cueOf(item)).toBe('Tom later')
    // the later edit won; the one it replaced won nothing
    const settled = (await assistant.hears()).body.settled as unknown as { changeId: string; outcome: string }[]
    expect(settled.find(({ changeId }) => changeId === later.changeId)?.outcome).toBe('client_won')
    expect(settled.find(({ changeId }) => changeId === stale.changeId)?.outcome).toBe('server_won')
  })

  test('two people decide at once: the first stands, the second is told', async () => {
    for (let round = 0; round < 5; round++) {
      const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
      const answers = await Promise.all([
        decides(planner, conflictId, { choice: 'client', version: 1 }),
        decides(owner, conflictId, { values: { cue: 'Owner' }, version: 1 }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      const winner = answers.findIndex(({ status }) => status === 200)
      expect(answers[1 - winner]!.body.code).toBe('already_resolved')
      expect(await cueOf(item)).toBe(['Tom', 'Owner'][winner])
      expect((await logOf(conflictId))['decided_by']).toBe([planner, owner][winner]!.userId)
    }
  })

  test('deciding again, even the same, is told so and changes nothing', async () => {
    const { conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await decides(planner, conflictId, { choice: 'client' })
    const before = await wedding.traces()
    const again = await decides(planner, conflictId, { choice: 'client' })
    expect([again.status, again.body.code]).toEqual([409, 'already_resolved'])
    expect(await wedding.traces()).toEqual(before)
  })

  test('a value that stands already writes nothing, and settles', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await wedding.sql(`update public.timeline_items set cue = 'Tom' where id = $1`, [item.id])
    const [before] = await wedding.sql('select count(*) from sync.history where record_id = $1', [item.id])
    expect((await decides(planner, conflictId, { choice: 'client', version: 2 })).status).toBe(200)
    expect(await wedding.sql('select count(*) from sync.history where record_id = $1', [item.id])).toEqual([before])
  })
})

describe('a record that is gone', () => {
  test('an edit of it waits; decided for the edit, the record comes back with it', async () => {
    const item = anItem()
    await Promise.all([planner.hears(), assistant.hears()])
    const stale = assistant.edits(item, { cue: 'Tom' })
    await planner.sends([planner.deletes(item)])
    const answer = await assistant.sends([stale])
    expect(answer.body.conflicts).toMatchObject([{ kind: 'edit_deleted', status: 'pending' }])
    const { conflictId } = answer.body.conflicts[0]!
    // another edit of the same person joins it
    const more = assistant.edits(item, { title: 'Tom’s title' }, { after: stale.changeId })
    expect(endings(await assistant.sends([more]), [more])).toEqual(['waiting'])
    expect(await wedding.conflictLog(item.id)).toMatchObject([
      { version: 2, fields: [{ field: 'cue' }, { field: 'title' }] },
    ])

    expect((await decides(planner, conflictId, { choice: 'client', version: 2 })).status).toBe(200)
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({
      ...{ cue: 'Tom', title: 'Tom’s title', location: item.data['location'] },
    })
    const settled = (await assistant.hears()).body.settled as unknown as { changeId: string; outcome: string }[]
    expect(settled.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['client_won', 'client_won']))
    expect(assistant.shows(item).data['cue']).toBe('Tom')
  })

  test('[P3] what whoever decides may not write is never left out of it without a word', async () => {
    const item = anItem()
    await Promise.all([planner.hears(), assistant.hears(), owner.hears()])
    const stale = planner.edits(item, { cue: 'Tom', locked: true })
    await assistant.sends([assistant.deletes(item)])
    const { conflictId } = (await planner.sends([stale])).body.conflicts[0]!
    // an assistant locks nothing, and so does not bring back what is locked
    const refused = await decides(assistant, conflictId, { choice: 'client' })
    expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden'])
    expect(await wedding.stored('timeline_items', item.id)).toBeUndefined()
    expect((await logOf(conflictId)).status).toBe('pending')
    expect((await decides(owner, conflictId, { choice: 'client' })).status).toBe(200)
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ cue: 'Tom', locked: true })
  })

  test('decided for the delete, it stays away', async () => {
    const item = anItem()
    await Promise.all([planner.hears(), assistant.hears()])
    const stale = assistant.edits(item, { cue: 'Tom' })
    await planner.sends([planner.deletes(item)])
    const { conflictId } = (await assistant.sends([stale])).body.conflicts[0]!
    const answer = await decides(planner, conflictId, { choice: 'server' })
    expect([answer.status, answer.body['action']]).toEqual([200, 'delete'])
    expect(await wedding.stored('timeline_items', item.id)).toBeUndefined()
    expect((await logOf(conflictId)).fields).toMatchObject([{ client: 'Tom' }])
  })

  test('a delete of what somebody edited waits; decided for the delete, it goes', async () => {
    const [gone, stays] = [anItem(), anItem()]
    for (const [item, choice] of [
      [gone, 'client'],
      [stays, 'server'],
    ] as const) {
      await Promise.all([planner.hears(), assistant.hears()])
      const stale = assistant.deletes(item)
      await planner.sends([planner.edits(item, { cue: 'Priya' })])
      const { conflictId, kind } = (await assistant.sends([stale])).body.conflicts[0]!
      expect(kind).toBe('delete_edited')
      // more was edited meanwhile, and whoever decides sees it
      await wedding.sql(`update public.timeline_items set location = 'Barn' where id = $1`, [item.id])
      expect((await logOf(conflictId)).fields.map(({ field }) => field)).toEqual(['cue', 'location'])
      expect((await decides(planner, conflictId, { choice, version: 1 })).status).toBe(409)
      expect((await decides(planner, conflictId, { choice, version: 2 })).status).toBe(200)
    }
    expect(await wedding.stored('timeline_items', gone.id)).toBeUndefined()
    expect(await wedding.stored('timeline_items', stays.id)).toMatchObject({ cue: 'Priya', location: 'Barn' })
  })

  test('deleted while two edits of it wait: decided for the edit, it comes back', async () => {
    const { item, conflictId } = await aWaiting({ cue: 'Tom' }, { cue: 'Priya' })
    await wedding.sql('delete from public.timeline_items where id = $1', [item.id])
    expect(await logOf(conflictId)).toMatchObject({ version: 2, kind: 'edit_deleted' })
    expect((await decides(planner, conflictId, { choice: 'client', version: 2 })).status).toBe(200)
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ cue: 'Tom', title: item.data['title'] })
  })
})
