import { randomUUID } from 'node:crypto'
import type { JsonObject, Strategy } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { aWedding, endings, recordOf, type Held } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
await Promise.all([planner.hears(), assistant.hears()])
let next = 0
const anItem = (
  where: (item: Held) => boolean = ({ data }) => data['anchor'] === 'soft' && data['key_moment'] === false,
) => {
  for (;;) {
    const item = recordOf('timeline_items', next++)
    if (where(item)) return item
  }
}
const strategy = (conflictResolution: Strategy) => ({ options: { conflictResolution } })

/** Tom and Priya edit the same record without having heard of each other; hers is there first. */
const twoEdits = async (mine: JsonObject, theirs: JsonObject, more: object = {}, item = anItem()) => {
  const stale = assistant.edits(item, mine)
  expect((await planner.sends([planner.edits(item, theirs)])).body.processed).toHaveLength(1)
  const answer = await assistant.sends([stale], more)
  const stored = (await wedding.stored('timeline_items', item.id))!
  return { item, stale, answer, stored, ending: endings(answer, [stale])[0], log: await wedding.conflictLog(item.id) }
}

describe('field by field', () => {
  test('edits of different fields never conflict', async () => {
    const { ending, stored, log } = await twoEdits({ location: 'Hall' }, { title: 'Speeches' })
    expect([ending, log]).toEqual(['applied', []])
    expect(stored).toMatchObject({ location: 'Hall', title: 'Speeches' })
  })

  test('identical edits never conflict', async () => {
    const { ending, log } = await twoEdits({ cue: 'Now' }, { cue: 'Now' })
    expect([ending, log]).toEqual(['already_applied', []])
  })

  test('[P4] the clean field goes in, the contested one waits, with all three values', async () => {
    const { ending, stored, log, item } = await twoEdits({ cue: 'Tom', location: 'Hall' }, { cue: 'Priya' })
    expect(ending).toBe('waiting')
    expect(stored).toMatchObject({ cue: 'Priya', location: 'Hall' })
    expect(log).toMatchObject([
      {
        status: 'pending',
        kind: 'fields',
        fields: [{ field: 'cue', base: item.data['cue'], client: 'Tom', server: 'Priya' }],
      },
    ])
  })

  test('fields that only make sense together are contested together', async () => {
    const { ending, stored, log } = await twoEdits({ duration_min: 47 }, { planned_start: '2026-06-20T11:11' })
    expect(ending).toBe('waiting')
    expect(stored['duration_min']).not.toBe(47)
    expect(log[0]!.fields.map(({ field }) => field)).toEqual(['duration_min'])
  })

  test('[P9] a base that is not what stands is contested, though the version says unmoved', async () => {
    const item = anItem()
    const { version } = planner.shows(item)
    for (const baseVersion of [version, version + 1_000_000]) {
      const change = planner.edits(item, { cue: 'After a restore' }, { base: { cue: 'Never stood here' }, baseVersion })
      expect(endings(await planner.sends([change]), [change])).toEqual(['waiting'])
      await wedding.sql(`delete from public.sync_conflict_log where change_id = $1`, [change.changeId])
    }
  })

  test('[P9] a version this history has not reached proves nothing', async () => {
    const item = anItem()
    const { base: _, ...blind } = planner.edits(item, { cue: 'From the future' }, { baseVersion: 9_000_000 })
    expect(endings(await planner.sends([blind]), [blind])).toEqual(['waiting'])
  })

  test('without version and base everything counts as moved', async () => {
    const item = anItem()
    const change = {
      changeId: randomUUID(),
      action: 'update',
      table: 'timeline_items',
      id: item.id,
      data: { cue: 'Blind' },
    }
    expect(endings(await planner.sends([change]), [change])).toEqual(['waiting'])
  })

  test('a change made before a reset is judged by what was seen alone', async () => {
    const item = anItem()
    await wedding.sql('update public.timeline_items set cue = $2 where id = $1', [item.id, 'x'])
    await wedding.sql('update public.timeline_items set cue = $2 where id = $1', [item.id, item.data['cue']])
    const change = planner.edits(item, { cue: 'Put back' }, { fromBefore: true })
    expect(endings(await planner.sends([change]), [change])).toEqual(['applied'])
  })

  test.for([-48, 48])('[P13] a phone that is %i hours wrong changes nothing', async (hours) => {
    const timestamp = new Date(Date.now() + hours * 3_600_000).toISOString()
    const item = anItem()
    const stale = assistant.edits(item, { cue: 'Tom' }, { timestamp })
    await planner.sends([planner.edits(item, { cue: 'Priya' }, { timestamp: new Date().toISOString() })])
    const free = assistant.edits(item, { location: 'Hall' }, { timestamp })
    const answer = await assistant.sends([stale, free], { deviceInfo: { clock: timestamp } })
    expect(endings(answer, [stale, free])).toEqual(['waiting', 'applied'])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ cue: 'Priya', location: 'Hall' })
  })

  test('phones are compared label by label', async () => {
    const vendor = recordOf('vendor_contacts', 3)
    const phones = vendor.data['phones'] as JsonObject
    const stale = assistant.edits(vendor, { phones: { ...phones, office: '+447700900555' } })
    await planner.sends([planner.edits(vendor, { phones: { ...phones, mobile: '+447700900444' } })])
    expect(endings(await assistant.sends([stale]), [stale])).toEqual(['applied'])
    expect(await wedding.stored('vendor_contacts', vendor.id)).toMatchObject({
      phones: { mobile: '+447700900444', office: '+447700900555' },
    })
  })

  // found by the simulation: what was contested was written as it stood before the rest of the batch went in
  test('[P4] a label that goes in with the same batch is on both sides of what waits, and outlives the decision', async () => {
    const vendor = recordOf('vendor_contacts', 5)
    const before = assistant.shows(vendor).data['phones'] as JsonObject
    const first = assistant.edits(vendor, { phones: { ...before, mobile: '+447700900111' } })
    const second = assistant.edits(
      vendor,
      { phones: { ...before, mobile: '+447700900111', office: '+447700900333' } },
      { after: first.changeId, base: { phones: { ...before, mobile: '+447700900111' } } },
    )
    await planner.sends([planner.edits(vendor, { phones: { ...before, mobile: '+447700900222' } })])
    expect(endings(await assistant.sends([first, second]), [first, second])).toEqual(['waiting', 'applied'])
    const [log] = await wedding.conflictLog(vendor.id)
    expect(log!.fields).toMatchObject([
      {
        client: { mobile: '+447700900111', office: '+447700900333' },
        server: { mobile: '+447700900222', office: '+447700900333' },
      },
    ])
  })
})

describe('the four strategies', () => {
  test('[P4] client_wins writes the new value and keeps the other in the list', async () => {
    const { ending, stored, log } = await twoEdits({ cue: 'Tom' }, { cue: 'Priya' }, strategy('client_wins'))
    expect([ending, stored['cue']]).toEqual(['client_won', 'Tom'])
    expect(log).toMatchObject([{ status: 'resolved', fields: [{ client: 'Tom', server: 'Priya', resolved: 'Tom' }] }])
  })

  test('[P4] server_wins keeps what stands and keeps the new value in the list', async () => {
    const { ending, stored, log } = await twoEdits({ cue: 'Tom' }, { cue: 'Priya' }, strategy('server_wins'))
    expect([ending, stored['cue']]).toEqual(['server_won', 'Priya'])
    expect(log).toMatchObject([{ status: 'resolved', fields: [{ client: 'Tom', server: 'Priya', resolved: 'Priya' }] }])
  })

  test('merge asks the rule of the field: who has the say, the further step, both texts', async () => {
    const titles = await twoEdits({ title: 'Tom' }, { title: 'Priya' })
    expect([titles.ending, titles.stored['title']]).toEqual(['merged', 'Priya'])
    const steps = await twoEdits({ status: 'done' }, { status: 'started' })
    expect([steps.ending, steps.stored['status']]).toEqual(['merged', 'done'])
    const people = await twoEdits(
      { participant_ids: [recordOf('people', 4).id] },
      { participant_ids: [recordOf('people', 5).id] },
    )
    expect(people.ending).toBe('merged')
    expect(people.stored['participant_ids']).toHaveLength(2)
    for (const { answer, log } of [titles, steps, people]) {
      expect(answer.body.conflicts).toMatchObject([{ status: 'resolved', conflictId: log[0]!.conflict_id }])
      expect(log).toMatchObject([{ status: 'resolved', fields: [{ rule: expect.stringMatching(/@1$/) as string }] }])
    }
  })

  test('manual lets clean fields in and leaves the contested ones to a person', async () => {
    const mine = { title: 'Tom', location: 'Hall' }
    const { ending, stored } = await twoEdits(mine, { title: 'Priya' }, strategy('manual'))
    expect(ending).toBe('waiting')
    expect(stored).toMatchObject({ title: 'Priya', location: 'Hall' })
  })

  test.for(['client_wins', 'server_wins'] as const)('%s never settles a guarded or critical field', async (wanted) => {
    const guarded = await twoEdits(
      { guest_visible: true, cue: 'Tom' },
      { guest_visible: false },
      strategy(wanted),
      anItem(({ data }) => data['guest_visible'] === false),
    )
    // she moved it away and back: same value, and still she touched it
    expect(['applied', 'waiting']).toContain(guarded.ending)
    const wedding_ = recordOf('clients')
    await Promise.all([planner.hears(), assistant.hears()])
    const stale = assistant.edits(wedding_, { emergency_contact: `Tom ${wanted}` })
    await planner.sends([planner.edits(wedding_, { emergency_contact: `Priya ${wanted}` })])
    const answer = await assistant.sends([stale], strategy(wanted))
    expect(endings(answer, [stale])).toEqual(['waiting'])
    expect(answer.body.conflicts).toMatchObject([{ severity: 'critical', status: 'pending' }])
    expect(await wedding.stored('clients', wedding_.id)).toMatchObject({ emergency_contact: `Priya ${wanted}` })
    await wedding.sql(`update public.sync_conflict_log set status = 'resolved' where record_id = $1`, [wedding_.id])
  })

  test('a start that is fixed is critical, and waits whatever the strategy says', async () => {
    const item = anItem(({ data }) => data['anchor'] === 'hard')
    const edits = [{ planned_start: '2026-06-20T10:01' }, { planned_start: '2026-06-20T10:02' }] as const
    const { ending, log } = await twoEdits(...edits, strategy('client_wins'), item)
    expect([ending, log[0]!.severity]).toEqual(['waiting', 'critical'])
  })
})

describe('records that come and go', () => {
  test('[P4] an edit of what somebody deleted waits for a person', async () => {
    const item = anItem()
    const edit = assistant.edits(item, { title: 'Still needed' })
    expect(endings(await planner.sends([planner.deletes(item)]), [])).toEqual([])
    const answer = await assistant.sends([edit])
    expect(answer.body.conflicts).toMatchObject([{ kind: 'edit_deleted', status: 'pending' }])
    expect(await wedding.stored('timeline_items', item.id)).toBeUndefined()
  })

  test('[P4] a delete of what somebody edited waits for a person', async () => {
    const item = anItem()
    const stale = assistant.deletes(item)
    await planner.sends([planner.edits(item, { title: 'Just changed' })])
    const answer = await assistant.sends([stale])
    expect(answer.body.conflicts).toMatchObject([
      { kind: 'delete_edited', fields: [{ field: 'title', server: 'Just changed' }] },
    ])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ title: 'Just changed' })
  })

  test('a delete of what nobody touched goes in, twice is once', async () => {
    const item = anItem()
    const [one, other] = [planner.deletes(item), assistant.deletes(item)]
    expect(endings(await planner.sends([one]), [one])).toEqual(['applied'])
    expect(endings(await assistant.sends([other]), [other])).toEqual(['already_applied'])
  })

  test('a create of what is there waits, the same create again is agreed', async () => {
    const note = planner.creates('notes', { client_id: recordOf('clients').id, body: 'Here first' })
    await planner.sends([note])
    const same = { ...note, changeId: randomUUID() }
    const other = { ...note, changeId: randomUUID(), data: { ...note.data, body: 'Another' } }
    const answer = await planner.sends([same, other])
    expect(endings(answer, [same, other])).toEqual(['already_applied', 'waiting'])
    expect(answer.body.conflicts).toMatchObject([{ kind: 'create_exists' }])
  })

  test('a restore brings back what was deleted, with its last values', async () => {
    const item = anItem()
    const gone = planner.deletes(item)
    const back = {
      changeId: randomUUID(),
      action: 'restore',
      table: item.table,
      id: item.id,
      data: { title: 'Back again' },
      after: gone.changeId,
    }
    const answer = await planner.sends([gone, back])
    expect(endings(answer, [gone, back])).toEqual(['applied', 'applied'])
    expect(await wedding.stored(item.table, item.id)).toMatchObject({
      title: 'Back again',
      location: item.data['location'],
    })
  })

  test('an edit whose record was never made says so, and one whose making failed fails with it', async () => {
    const made = planner.creates('notes', { client_id: recordOf('clients').id, body: '', category: 'gossip' })
    const edit = planner.edits({ table: 'notes', id: made.id }, { body: 'x' })
    expect(endings(await planner.sends([edit]), [edit])).toEqual(['record_missing'])
    const later = planner.edits({ table: 'notes', id: made.id }, { body: 'y' })
    expect(endings(await planner.sends([made, edit]), [made, edit])).toEqual(['invalid_value', 'record_missing'])
    // what was kept meanwhile is looked at again first
    await wedding.ends(edit.changeId, 'failed')
    expect(endings(await planner.sends([edit, later]), [edit, later])).toEqual([
      'depends_on_failed',
      'depends_on_failed',
    ])
  })
})

test('[P4] nothing contested was ever overwritten without a row that holds both values', async () => {
  // the checker: of every change that the history knows, each field it set over a value its author had not seen
  const overwritten = await wedding.sql(`
    select q.change_id, f.key as field, q.base -> f.key as seen, h.before -> f.key as was, f.value as now
      from public.offline_sync_queue q
      join sync.history h on h.change_id = q.change_id and h.action = 'update'
     cross join jsonb_each(h.after) f
     where q.action = 'update' and q.base ? f.key and q.base -> f.key is distinct from h.before -> f.key
       and not exists (select from public.sync_conflict_log l cross join jsonb_array_elements(l.fields) c
                        where l.change_id = q.change_id and c ->> 'field' = f.key
                          and c -> 'server' = h.before -> f.key and c -> 'client' = q.data -> f.key)
       -- phones are compared label by label
       and f.key <> 'phones'`)
  expect(overwritten).toEqual([])
  const [count] = await wedding.sql<{ n: string }>(`select count(*) as n from public.sync_conflict_log`)
  expect(Number(count!.n)).toBeGreaterThan(15)
})
