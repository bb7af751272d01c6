// The review queue as people see it: a list, a detail and records of the feed, each with only what this person may read.
import { randomUUID } from 'node:crypto'
import { ConflictDetail, ConflictList, type JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { aWedding, endings, recordOf, type Held, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [owner, planner, assistant, vendor] = (['owner', 'planner', 'assistant', 'vendor'] as const).map((role) =>
  wedding.phoneOf(role),
) as [Phone, Phone, Phone, Phone]
const [couple, venue] = [await wedding.phoneOfPerson('couple'), await wedding.phoneOfPerson('venue')]
let next = 0
const anItem = (): Held => {
  for (;;) {
    const item = recordOf('timeline_items', next++)
    if (item.data['anchor'] === 'soft' && item.data['locked'] === false) return item
  }
}
const aWaiting = async (author: Phone, theirs: JsonObject, priyas: JsonObject, item: Held = anItem()) => {
  await Promise.all([planner.hears(), author.hears()])
  const stale = author.edits(item, theirs)
  await planner.sends([planner.edits(item, priyas)])
  const answer = await author.sends([stale])
  expect(endings(answer, [stale])).toEqual(['waiting'])
  return { item, stale, conflictId: answer.body.conflicts[0]!.conflictId, answer }
}
const listFor = async (who: Phone, query = '') => {
  const answer = await who.asks(`/api/offline/conflicts${query}`)
  return { ...answer, list: answer.status === 200 ? ConflictList.parse(answer.body) : null }
}
const detailFor = (who: Phone, conflictId: string) => who.asks(`/api/offline/conflicts/${conflictId}`)

describe('the list', () => {
  test('names both sides, who made them, when and where, and what may be done', async () => {
    const { item, conflictId } = await aWaiting(assistant, { cue: 'Tom' }, { cue: 'Priya' })
    const { list } = await listFor(owner, '?status=pending')
    expect(list!.conflicts.find((one) => one.conflictId === conflictId)).toMatchObject({
      ...{ table: 'timeline_items', id: item.id, status: 'pending', canDecide: true, isOwn: false },
      clientBy: { userId: assistant.userId, name: 'Tom Ashworth', deviceId: assistant.deviceId },
      fields: [
        {
          ...{ field: 'cue', base: item.data['cue'], client: 'Tom', server: 'Priya' },
          serverBy: { userId: planner.userId, name: 'Priya Hazel', deviceId: planner.deviceId },
        },
      ],
    })
    const detail = ConflictDetail.parse((await detailFor(planner, conflictId)).body)
    expect(detail.history[0]).toMatchObject({ action: 'update', by: { name: 'Priya Hazel' }, after: { cue: 'Priya' } })
  })

  test('has the gravest first, of those the newest, page by page, and counts them all', async () => {
    const first = await aWaiting(assistant, { cue: 'A' }, { cue: 'B' })
    const grave = await aWaiting(assistant, { emergency_contact: 'A' }, { emergency_contact: 'B' }, recordOf('clients'))
    const newest = await aWaiting(assistant, { cue: 'A' }, { cue: 'B' })

    const all = (await listFor(planner, '?status=pending')).list!
    const order = all.conflicts.map(({ conflictId }) => conflictId)
    expect(order[0]).toBe(grave.conflictId)
    expect(order.indexOf(newest.conflictId)).toBeLessThan(order.indexOf(first.conflictId))
    expect(all).toMatchObject({ total: order.length, nextPage: null })

    const paged: string[] = []
    for (let page: string | null = ''; page !== null;) {
      const { list } = await listFor(planner, `?status=pending&limit=1${page && `&page=${page}`}`)
      expect(list!.total).toBe(all.total)
      paged.push(...list!.conflicts.map(({ conflictId }) => conflictId))
      page = list!.nextPage
    }
    expect(paged).toEqual(order)
    const critical = (await listFor(planner, '?severity=critical')).list!
    expect(new Set(critical.conflicts.map(({ severity }) => severity))).toEqual(new Set(['critical']))
  })

  test.each(['?status=lost', '?severity=9', '?page=nonsense', '?limit=0', '?limit=100000', '?scope=here'])(
    'refuses %s',
    async (query) => expect((await listFor(planner, query)).status).toBe(400),
  )

  test('holds nothing of another company, which is told the same 404 as of what never was', async () => {
    const { conflictId } = await aWaiting(assistant, { cue: 'Tom' }, { cue: 'Priya' })
    const rival = wedding.phoneOf('owner', { organization: await wedding.rival() })
    expect((await listFor(rival)).list).toMatchObject({ conflicts: [], total: 0 })
    const [foreign, unknown] = [await detailFor(rival, conflictId), await detailFor(planner, randomUUID())]
    const { message } = foreign.body as unknown as { message: string }
    expect([foreign.status, unknown.status]).toEqual([404, 404])
    expect(message).toBe((unknown.body as unknown as { message: string }).message)
    expect((await detailFor(planner, 'no-id')).status).toBe(404)
  })
})

describe('[P7] what somebody may not read, no conflict tells them', () => {
  const contact = () => recordOf('vendor_contacts')
  const visibleItem = async (data: JsonObject = {}) => {
    const item = anItem()
    await wedding.sql('update public.timeline_items set guest_visible = true where id = $1', [item.id])
    return { ...item, data: { ...item.data, ...data } }
  }

  test('a couple and a vendor see none of the team’s conflicts: not listed, not in the feed, not by their id', async () => {
    const item = await visibleItem()
    const secret = 'CANARY-inside'
    const edits = [
      { internal_note: `${secret} 1`, cue: `${secret} 2`, public_note: `${secret} 3` },
      { internal_note: `${secret} 4`, cue: `${secret} 5`, public_note: `other ${secret}` },
    ] as const
    const { conflictId } = await aWaiting(assistant, edits[0], edits[1], item)
    for (const who of [couple, vendor, venue]) {
      expect(JSON.stringify((await listFor(who)).list)).not.toContain(conflictId)
      expect((await detailFor(who, conflictId)).status).toBe(404)
      await who.hears()
      expect(who.held.has(`conflicts/${conflictId}`)).toBe(false)
    }
  })

  test('the vendor who made an edit sees their own conflict, and of it only what they may read today', async () => {
    const mine = contact()
    const { conflictId, stale } = await aWaiting(
      vendor,
      { arrived_at: '2026-06-20T08:00:00.000Z' },
      { arrived_at: '2026-06-20T10:20:00.000Z' },
      mine,
    )
    await vendor.hears()
    expect(vendor.shows({ table: 'conflicts', id: conflictId }).data).toMatchObject({
      ...{ isOwn: true, canDecide: false, recordTable: 'vendor_contacts', recordId: mine.id },
      fields: [{ client: '2026-06-20T08:00:00.000Z', server: '2026-06-20T10:20:00.000Z' }],
    })
    // a field they may not read turns up in it: it is as if it were not there
    const [secret, reason] = [randomUUID(), randomUUID()]
    await wedding.sql(
      `update public.sync_conflict_log set note = $3, because = $3, fields = fields || jsonb_build_object('field', 'replaced_by', 'client', $2::text, 'server', null, 'rule', 'ask@1', 'reason', $3::text) where conflict_id = $1`,
      [conflictId, secret, reason],
    )
    await vendor.hears()
    const told = [
      JSON.stringify(vendor.shows({ table: 'conflicts', id: conflictId })),
      (await listFor(vendor)).text,
      (await detailFor(vendor, conflictId)).text,
      (await vendor.sends([stale])).text,
    ]
    for (const text of told) expect(text).not.toMatch(new RegExp(`${secret}|${reason}|replaced_by`))
    expect((await listFor(owner)).text).toContain(secret)
  })

  test('and once the record is out of their sight, only what they wrote themselves', async () => {
    const mine = contact()
    const [open] = await wedding.sql<{ conflict_id: string }>(
      `select conflict_id from public.sync_conflict_log where record_id = $1 and status = 'pending'`,
      [mine.id],
    )
    const unseen = '2026-06-20T11:11:11.000Z'
    // another row still lets them into the wedding
    await wedding.sql(
      `update public.vendor_contacts set person_id = case when id = $1 then null else (select person_id from public.vendor_contacts where id = $1) end
        where id in ($1, $2)`,
      [mine.id, recordOf('vendor_contacts', 5).id],
    )
    await wedding.sql('update public.vendor_contacts set shared_with_vendors = false, arrived_at = $2 where id = $1', [
      ...[mine.id, unseen],
    ])
    await vendor.hears()
    const seen = vendor.shows({ table: 'conflicts', id: open!.conflict_id })
    expect(seen.data['fields']).toEqual([
      expect.objectContaining({ field: 'arrived_at', client: '2026-06-20T08:00:00.000Z' }),
    ])
    const detail = await detailFor(vendor, open!.conflict_id)
    expect(detail.status).toBe(200)
    for (const text of [JSON.stringify(seen), detail.text, (await listFor(vendor)).text]) {
      expect(text).not.toContain(unseen)
      expect(text).not.toContain('"server"')
    }
    expect(ConflictDetail.parse(detail.body).history).toEqual([])
    expect((await detailFor(owner, open!.conflict_id)).text).toContain(unseen)
  })
})

describe('[P7] the total', () => {
  const shownTo = async (who: Phone, query: string) => {
    const shown: string[] = []
    const totals = new Set<number>()
    for (let page: string | null = ''; page !== null;) {
      const { list } = await listFor(who, `?limit=2${query}${page && `&page=${page}`}`)
      shown.push(...list!.conflicts.map(({ conflictId }) => conflictId))
      totals.add(list!.total)
      page = list!.nextPage
    }
    return { shown, totals: [...totals] }
  }

  test('is for everybody the number of conflicts they are shown, wherever the records are now', async () => {
    const [moved, deleted, apart, several, mixed] = await Promise.all(
      ['moved', 'deleted', 'apart', 'several', 'mixed'].map(async () => {
        const { conflictId, item } = await aWaiting(assistant, { cue: 'Tom' }, { cue: 'Priya' })
        return { conflictId, item }
      }),
    )
    // a record that left for a wedding nobody here holds, one that is gone, one that only its couple sees
    const hidden = `update sync.records set gone = $2, audience = $3 where record_id = $1`
    await wedding.sql(hidden, [moved!.item.id, 'remove', []])
    await wedding.sql('delete from public.timeline_items where id = $1', [deleted!.item.id])
    await wedding.sql(hidden, [apart!.item.id, null, ['couple']])
    // fields of two records: one that is seen, one that is not; a field nobody reads beside one that is read
    const joined = 'update public.sync_conflict_log set fields = fields || $2::jsonb where conflict_id = $1'
    const field = { client: 'A', server: 'B', rule: 'ask@1', reason: 'Somebody has to say.' }
    await wedding.sql(joined, [several!.conflictId, JSON.stringify([{ ...field, id: apart!.item.id, field: 'cue' }])])
    await wedding.sql(joined, [mixed!.conflictId, JSON.stringify([{ ...field, field: 'nobodys' }])])

    for (const who of [owner, planner, assistant, vendor, couple, venue])
      for (const query of ['', '&status=pending', '&status=resolved', '&severity=low', `&scope=${moved!.item.scope}`]) {
        const { shown, totals } = await shownTo(who, query)
        expect(totals).toEqual([shown.length])
        expect(new Set(shown).size).toBe(shown.length)
      }
    const byOwner = (await shownTo(owner, '')).shown
    expect(byOwner).toEqual(expect.arrayContaining([deleted!.conflictId, several!.conflictId, mixed!.conflictId]))
    for (const { conflictId } of [moved!, apart!]) {
      expect(byOwner).not.toContain(conflictId)
      expect((await detailFor(owner, conflictId)).status).toBe(404)
      expect((await shownTo(assistant, '')).shown).toContain(conflictId)
    }
  })
})

describe('the feed', () => {
  test('brings a conflict to who decides and to its author, with a new place whenever it moved', async () => {
    const { item, stale, conflictId } = await aWaiting(assistant, { cue: 'Tom' }, { cue: 'Priya' })
    const place = { table: 'conflicts', id: conflictId }
    await Promise.all([owner.hears(), planner.hears(), assistant.hears()])
    for (const who of [owner, planner, assistant])
      expect(who.shows(place)).toMatchObject({ scope: item.scope, data: { version: 1, status: 'pending' } })
    const first = owner.shows(place).version

    await wedding.sql(`update public.timeline_items set cue = 'psql' where id = $1`, [item.id])
    await owner.hears()
    expect(owner.shows(place).version).toBeGreaterThan(first)
    expect(owner.shows(place).data).toMatchObject({ version: 2, fields: [{ client: 'Tom', server: 'psql' }] })

    await assistant.sends([assistant.edits(item, { cue: 'Tom B' }, { after: stale.changeId, base: { cue: 'Tom' } })])
    await owner.hears()
    expect(owner.shows(place).data).toMatchObject({ version: 3, fields: [{ client: 'Tom B' }] })

    await planner.asks(`/api/offline/conflicts/${conflictId}/resolve`, {
      method: 'POST',
      body: JSON.stringify({ choice: 'client' }),
    })
    await Promise.all([owner.hears(), assistant.hears()])
    for (const who of [owner, assistant])
      expect(who.shows(place).data).toMatchObject({ status: 'resolved', decidedBy: { name: 'Priya Hazel' } })
    expect(owner.shows(place).version).toBe(
      Number(
        (
          await wedding.sql<{ position: string }>('select position from sync.records where record_id = $1', [
            conflictId,
          ])
        )[0]!.position,
      ),
    )
  })

  test('a phone that comes new is told of what waits, too', async () => {
    const { conflictId } = await aWaiting(assistant, { cue: 'Tom' }, { cue: 'Priya' })
    const fresh = wedding.phoneOf('planner')
    await fresh.hears(7)
    expect(fresh.shows({ table: 'conflicts', id: conflictId }).data).toMatchObject({ status: 'pending' })
  })

  test('what a rule settled is there as well', async () => {
    await Promise.all([planner.hears(), assistant.hears()])
    const item = anItem()
    const stale = assistant.edits(item, { title: 'Tom' })
    await planner.sends([planner.edits(item, { title: 'Priya' })])
    expect(endings(await assistant.sends([stale]), [stale])).not.toEqual(['waiting'])
    await owner.hears()
    const seen = [...owner.held.values()].find(
      ({ table, data }) => table === 'conflicts' && data['recordId'] === item.id,
    )
    expect(seen?.data).toMatchObject({ status: 'resolved', decidedBy: null, canDecide: false })
  })
})
