// Phones whose app knows tables of one or two versions ago: what they write arrives as they meant it, what they are told is
// what they can read, and what they cannot see stays as it is.
import { randomUUID } from 'node:crypto'
import { readData } from '@wedsync/merge'
import { conflictsTable, digestText, type JsonObject } from '@wedsync/protocol'
import { weddingSchemas } from '@wedsync/wedding'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../push/sha256.ts'
import { disagreementsAt } from '../testing/a-disagreement.ts'
import { aWedding, endings, recordOf, type Held } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const planner = wedding.phoneOf('planner')
const assistant = wedding.phoneOf('assistant')
const { anItem, decides, logOf } = disagreementsAt(wedding, planner, assistant)
const anOldPhone = async (version = 1, role: 'planner' | 'assistant' = 'assistant') => {
  const phone = wedding.phoneOf(role, { version })
  await phone.hears()
  return phone
}
const vendors = [0, 1, 2, 3, 4].map((nth) => recordOf('vendor_contacts', nth))
const set = (table: string, { id }: { id: string }, column: string, value: unknown) =>
  wedding.sql(`update public.${table} set ${column} = $2 where id = $1`, [id, value])

describe('what an old phone is told', () => {
  test.each([1, 2])(
    '[P5] version %i: records its own tables take as they are, and none it does not know',
    async (version) => {
      const phone = await anOldPhone(version)
      const { collections } = weddingSchemas.past(version)!
      const tables = new Set<string>()
      for (const { table, id, scope, data } of phone.held.values()) {
        if (table === conflictsTable) continue
        tables.add(table)
        expect(readData(collections.get(table)!, 'create', data, { id, scope })).toMatchObject({ ok: true })
      }
      expect(tables.has('documents')).toBe(false)
      expect(tables.has('timeline_items')).toBe(true)
      const item = phone.shows(recordOf('timeline_items'))
      expect(Object.keys(item.data).includes('key_moment')).toBe(false)
      expect(item.data['colour']).toBe(null)
      expect(Object.hasOwn(item.data, version === 1 ? 'starts_at' : 'planned_start')).toBe(true)
    },
  )

  test('the digest of what it should hold is over the same', async () => {
    const phone = await anOldPhone()
    const scope = recordOf('timeline_items').scope
    const { body } = await phone.asks(`/api/offline/verify?scope=${scope}&schemaVersion=1`)
    const { tables } = body as unknown as { tables: Record<string, { digest: string; records: number }> }
    expect(Object.keys(tables)).not.toContain('documents')
    const items = [...phone.held.values()].filter((one) => one.scope === scope && one.table === 'timeline_items')
    expect(tables['timeline_items']).toEqual({ records: items.length, digest: sha256(digestText(items)) })
  })

  test('history speaks its words, too', async () => {
    const item = anItem()
    await planner.hears()
    await planner.sends([planner.edits(item, { planned_start: '2026-06-20T21:15', key_moment: true })])
    const asked = `/api/offline/history/timeline_items/${item.id}?limit=1`
    const fieldsOf = async (path: string) => {
      const { body } = await planner.asks(path)
      return (body as unknown as { entries: { fields: { field: string }[] }[] }).entries[0]!.fields.map(
        (one) => one.field,
      )
    }
    expect((await fieldsOf(asked)).sort()).toEqual(['key_moment', 'planned_start'])
    expect(await fieldsOf(`${asked}&schemaVersion=1`)).toEqual(['starts_at'])
  })
})

describe('what an old phone writes', () => {
  test('arrives under the name it has today, and says so in the receipt in its own words', async () => {
    const [phone, item, other] = [await anOldPhone(), anItem(), anItem()]
    const edit = phone.edits(item, { starts_at: '2026-06-20T21:30' })
    expect(endings(await phone.sends([edit]), [edit])).toEqual(['applied'])
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ planned_start: '2026-06-20T21:30:00' })

    const late = phone.edits(other, { starts_at: '2026-06-20T21:40' })
    await planner.hears()
    await planner.sends([planner.edits(other, { planned_start: '2026-06-20T21:50' })])
    const answer = await phone.sends([late])
    expect(endings(answer, [late])).toEqual(['waiting'])
    const [told] = answer.body.conflicts
    expect(told!.fields).toMatchObject([{ field: 'starts_at', client: '2026-06-20T21:40', server: '2026-06-20T21:50' }])
    expect((await logOf(told!.conflictId)).fields).toMatchObject([{ field: 'planned_start' }])
    // and in the feed, for whoever decides on such a phone
    const boss = await anOldPhone(1, 'planner')
    const waiting = boss.shows({ table: conflictsTable, id: told!.conflictId })
    expect(waiting.data).toMatchObject({ canDecide: true, fields: [{ field: 'starts_at' }] })
    const decided = await decides(boss, told!.conflictId, {
      values: { starts_at: '2026-06-20T21:45' },
      schemaVersion: 1,
    })
    expect([decided.status, decided.body['data']]).toMatchObject([200, { starts_at: '2026-06-20T21:45' }])
    expect(await wedding.stored('timeline_items', other.id)).toMatchObject({ planned_start: '2026-06-20T21:45:00' })
  })

  test('[P4] leaves alone what it cannot see: a second number, a new field', async () => {
    const [vendor, item] = [vendors[0]!, anItem()]
    await set('vendor_contacts', vendor, 'phones', { mobile: '+441111111', office: '+442222222' })
    await set('timeline_items', item, 'key_moment', true)
    const phone = await anOldPhone()
    expect(phone.shows(vendor).data).toMatchObject({ phone: '+441111111' })
    const changes = [phone.edits(vendor, { phone: '+449999999' }), phone.edits(item, { title: 'Renamed' })]
    expect(endings(await phone.sends(changes), changes)).toEqual(['applied', 'applied'])
    expect(await wedding.stored('vendor_contacts', vendor.id)).toMatchObject({
      phones: { mobile: '+449999999', office: '+442222222' },
    })
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ title: 'Renamed', key_moment: true })
  })

  test('[P4] is asked about, where it builds on a word it could not have seen', async () => {
    const item = anItem()
    await set('timeline_items', item, 'status', 'skipped')
    const phone = await anOldPhone(2)
    expect(phone.shows(item).data['status']).toBe('planned')
    const tick = phone.edits(item, { status: 'done' })
    const answer = await phone.sends([tick])
    expect(endings(answer, [tick])).toEqual(['waiting'])
    // it cannot show what it is about, so it is not decided there
    const boss = await anOldPhone(2, 'planner')
    const { conflictId } = answer.body.conflicts[0]!
    expect(boss.shows({ table: conflictsTable, id: conflictId }).data).toMatchObject({ canDecide: false })
    expect((await decides(boss, conflictId, { choice: 'client', schemaVersion: 2 })).status).toBe(426)
    expect((await logOf(conflictId))['status']).toBe('pending')
  })

  test('one after the other on one record, in one batch and in the next, is no quarrel with itself', async () => {
    const phone = await anOldPhone()
    const task = [...phone.held.values()].find(({ table, data }) => table === 'tasks' && data['done'] === false)!
    const first = phone.edits(task, { done: true })
    const second = phone.edits(task, { done: false }, { base: { done: true }, after: first.changeId })
    expect(endings(await phone.sends([first, second]), [first, second])).toEqual(['applied', 'applied'])
    const third = phone.edits(task, { done: true }, { base: { done: false }, after: second.changeId })
    expect(endings(await phone.sends([third]), [third])).toEqual(['applied'])
    expect(await wedding.stored('tasks', task.id)).toMatchObject({ status: 'done' })
  })

  test('into a field that is gone is told back to it, and what it gives back as shown is no edit', async () => {
    const [phone, item] = [await anOldPhone(), anItem()]
    const edit = phone.edits(item, { colour: 'red', title: 'Never' })
    const answer = await phone.sends([edit])
    expect(answer.body.failures).toMatchObject([{ code: 'field_gone', field: 'colour', retryable: false }])
    const same = phone.edits(item, { colour: null, title: 'Red, by name' })
    expect(endings(await phone.sends([same]), [same])).toEqual(['applied'])
  })

  test('and deletes is gone, unless somebody changed what it does not know', async () => {
    const phone = await anOldPhone()
    const [still, moved] = [...phone.held.values()].filter(({ table }) => table === 'guests') as [Held, Held]
    await set('guests', moved, 'accessibility', 'A ramp')
    const changes = [phone.deletes(still), phone.deletes(moved)]
    expect(endings(await phone.sends(changes), changes)).toEqual(['applied', 'waiting'])
  })

  test('[P4] and deletes once more after a reset takes nothing along that its app has no place for', async () => {
    const phone = await anOldPhone()
    const guests = [...phone.held.values()].filter(({ table }) => table === 'guests')
    const [still, moved] = guests.slice(2) as [Held, Held]
    const shown = (one: Held) => ({ base: one.data, fromBefore: true })
    await set('guests', moved, 'accessibility', 'A ramp')
    const changes = [phone.deletes(still, shown(still)), phone.deletes(moved, shown(moved))]
    expect(endings(await phone.sends(changes), changes)).toEqual(['applied', 'waiting'])
  })

  test('[P1] is the same change, sent again by the app it was upgraded to', async () => {
    const [phone, item] = [await anOldPhone(), anItem()]
    const edit = { ...phone.edits(item, { starts_at: '2026-06-20T22:30' }), schemaVersion: 1 }
    const first = await phone.sends([edit])
    phone.app.version = 3
    const again = await phone.sends([edit])
    expect(again.body.processed).toEqual(first.body.processed)
    expect(endings(first, [edit])).toEqual(['applied'])
  })

  test('is kept where it needs something first, and goes in as it was meant', async () => {
    const phone = await anOldPhone()
    const vendorId = randomUUID()
    const { scope } = recordOf('timeline_items')
    const item = phone.creates('timeline_items', {
      ...{
        client_id: scope,
        title: 'Fireworks',
        vendor_id: vendorId,
        starts_at: '2026-06-20T23:00',
        status: 'planned',
      },
    })
    expect((await phone.sends([item])).body.failures).toMatchObject([{ code: 'missing_parent', kept: true }])
    await phone.sends([
      phone.creates('vendor_contacts', { client_id: scope, company: 'Bang', phone: '+445555555' }, { id: vendorId }),
    ])
    await wedding.ends(item.changeId, 'completed')
    expect(await wedding.stored('timeline_items', item.id)).toMatchObject({ planned_start: '2026-06-20T23:00:00' })
    expect(await wedding.stored('vendor_contacts', vendorId)).toMatchObject({ phones: { mobile: '+445555555' } })
  })
})

describe('an app that was upgraded', () => {
  test('loads its records again in the words it knows now, without being told it lost a wedding for good', async () => {
    const phone = await anOldPhone()
    phone.app.version = 3
    const { body } = await phone.posts({
      ...{ batchId: randomUUID(), deviceId: phone.deviceId, cursor: phone.view.cursor, changes: [] },
      options: { pullLimit: 1000 },
    })
    const held = new Set([...phone.held.values()].map(({ scope }) => scope))
    expect(new Set(body.revokedScopes)).toEqual(held)
    phone.takeIn(body)
    if (body.hasMore) await phone.hears()
    const item = phone.shows(recordOf('timeline_items'))
    expect(Object.hasOwn(item.data, 'planned_start')).toBe(true)
    expect([...phone.held.values()].some(({ table }) => table === 'documents')).toBe(true)
    // and goes on from there like any other
    expect((await phone.hears()).body).toMatchObject({ serverChanges: [], revokedScopes: [] })
  })

  test('has what it saved three versions ago understood, though no phone of that time is answered any more', async () => {
    const phone = await anOldPhone(2)
    phone.app.version = 3
    const [, vendor] = vendors as [Held, Held]
    const edit = {
      ...phone.edits(vendor, {}),
      data: { name: 'Bloom & Co' },
      base: { name: vendor.data['company']! },
      schemaVersion: 0,
    }
    expect(endings(await phone.sends([edit]), [edit])).toEqual(['applied'])
    expect(await wedding.stored('vendor_contacts', vendor.id)).toMatchObject({ company: 'Bloom & Co' })
  })

  test('[P4] decides nothing its words cannot show: it is told that it is too old, and what waits goes on waiting', async () => {
    const guest = recordOf('guests')
    await Promise.all([planner.hears(), assistant.hears()])
    const stale = assistant.edits(guest, { accessibility: 'A ramp' })
    await planner.sends([planner.edits(guest, { accessibility: 'A lift' })])
    const answer = await assistant.sends([stale], { options: { conflictResolution: 'manual' } })
    const { conflictId } = answer.body.conflicts[0]!
    const said = { changeId: randomUUID(), action: 'update', table: conflictsTable, id: conflictId }
    const phone = await anOldPhone(2)
    const { body } = await phone.sends([{ ...said, data: { choice: 'client' }, schemaVersion: 2 }])
    expect(body.failures).toMatchObject([{ code: 'too_old' }])
    expect(await logOf(conflictId)).toMatchObject({ status: 'pending' })
  })

  test('before its server was: each change says whose words it is in, and waits', async () => {
    const note = {
      ...assistant.creates('notes', { client_id: recordOf('notes').scope, body: 'Ahead' }),
      schemaVersion: 4,
    }
    const before = await wedding.traces()
    const { body } = await assistant.sends([note])
    expect(body.failures).toMatchObject([{ code: 'too_new', retryable: true }])
    const { metrics: _counted, ...after } = (await wedding.traces())!
    expect(after).toMatchObject({ ledger: before!['ledger'], history: before!['history'] })
  })
})

test('a version that is too old, or that nobody here knows yet, is told so wherever it asks, and nothing is stored', async () => {
  const before = await wedding.traces()
  const scope = recordOf('timeline_items').scope
  const { id } = recordOf('timeline_items')
  const unknown = randomUUID()
  for (const version of [0, 4, 1_000_000])
    for (const path of [
      `/api/offline/sync?schemaVersion=${version}`,
      `/api/offline/stream?schemaVersion=${version}`,
      `/api/offline/verify?scope=${scope}&schemaVersion=${version}`,
      `/api/offline/history/timeline_items/${id}?schemaVersion=${version}`,
      `/api/offline/conflicts?schemaVersion=${version}`,
      `/api/offline/conflicts/${unknown}?schemaVersion=${version}`,
    ]) {
      const { status, body } = await assistant.asks(path)
      expect([path, status, (body as unknown as JsonObject)['error']]).toEqual([path, 426, 'Upgrade required'])
    }
  expect(await wedding.traces()).toEqual(before)
})
