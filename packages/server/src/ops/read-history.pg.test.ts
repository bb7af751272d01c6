import { randomUUID } from 'node:crypto'
import { HistoryResponse, type HistoryEntry } from '@wedsync/protocol'
import { expect, test } from 'vitest'
import { aNewcomer } from '../testing/a-newcomer.ts'
import { accountOf, aWedding, canary, recordOf, type Held, type Phone } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
const venue = await aNewcomer(wedding, 'venue', 'Helen of the house')
const [couple, vendor] = [await aNewcomer(wedding, 'couple'), await aNewcomer(wedding, 'vendor')]
await Promise.all([planner, assistant, venue].map((phone) => phone.hears()))

const historyOf = async (phone: Phone, { table, id }: { table: string; id: string }, query = '') => {
  const { status, body } = await phone.asks(`/api/offline/history/${table}/${id}${query}`)
  if (status === 200) HistoryResponse.parse(body)
  return { status, ...(body as unknown as HistoryResponse) }
}
/** What an entry says of its fields: name → [from, to]. */
const fieldsOf = ({ fields }: HistoryEntry) =>
  Object.fromEntries(fields.map(({ field, from, to }) => [field, [from, to]]))
const hiddenItem = async (data: object = {}): Promise<Held> => {
  const item = { ...recordOf('timeline_items'), id: randomUUID() }
  await wedding.sql(
    `insert into public.timeline_items (id, organization_id, client_id, title, internal_note, guest_visible)
     values ($1, $2, $3, 'A surprise', 'for the team', false)`,
    [item.id, accountOf('owner').organizationId, item.scope],
  )
  return { ...item, ...data }
}

test('a record tells who changed what, from what to what, when, from which device and change, newest first', async () => {
  const item = recordOf('timeline_items', 2)
  const seen = planner.shows(item).data
  const change = planner.edits(item, { location: 'Orchard', internal_note: 'Bring torches' })
  await planner.sends([change])
  const { entries, nextPage } = await historyOf(assistant, item)

  expect(nextPage).toBeNull()
  expect(entries.map(({ action }) => action)).toEqual(['update', 'create'])
  const { name, role } = accountOf('planner')
  expect(entries[0]).toMatchObject({
    by: { name, role },
    deviceId: planner.deviceId,
    changeId: change.changeId,
    conflicts: [],
  })
  expect(Date.parse(entries[0]!.at)).toBeGreaterThan(Date.now() - 60_000)
  expect(fieldsOf(entries[0]!)).toEqual({
    location: [seen['location'], 'Orchard'],
    internal_note: [seen['internal_note'], 'Bring torches'],
  })
  // written at a console, and nothing of what was empty then
  expect(entries[1]!.by).toBeNull()
  expect(fieldsOf(entries[1]!)['title']).toEqual([undefined, seen['title']])
  expect(fieldsOf(entries[1]!)).not.toHaveProperty('actual_start')
})

test('[P4] it tells why a value won: the rule and the reason, at the entry that won and at the one that wrote', async () => {
  const item = recordOf('timeline_items', 3)
  await Promise.all([planner.hears(), assistant.hears()])
  const late = assistant.edits(item, { title: 'As Tom says' })
  await planner.sends([planner.edits(item, { title: 'As Priya says' })])
  const { body } = await assistant.sends([late])
  expect(body.processed).toMatchObject([{ outcome: 'merged' }])

  const { entries } = await historyOf(planner, item)
  const won = entries.find((entry) => fieldsOf(entry)['title']?.[1] === 'As Priya says')!
  expect(won.conflicts).toMatchObject([
    { side: 'server', status: 'resolved', changeId: late.changeId, by: { role: 'assistant' }, decidedBy: null },
  ])
  const [field] = won.conflicts[0]!.fields
  expect(field).toMatchObject({ field: 'title', client: 'As Tom says', server: 'As Priya says' })
  expect(field!.reason).toMatch(/\w+ \w+/)
  // the entries before it met nothing
  expect(entries.filter((entry) => entry !== won).flatMap(({ conflicts }) => conflicts)).toEqual([])
})

test('[P7] field by field what the role reads: a couple is not told of notes of the team, nor that there was an edit', async () => {
  const item = recordOf('timeline_items', 4)
  await wedding.sql('update public.timeline_items set guest_visible = true where id = $1', [item.id])
  await wedding.sql(`update public.timeline_items set internal_note = 'SECRET', title = 'Told' where id = $1`, [
    item.id,
  ])
  await wedding.sql(`update public.timeline_items set internal_note = 'SECRET again' where id = $1`, [item.id])

  const { entries } = await historyOf(couple, item)
  expect(JSON.stringify(entries)).not.toContain('SECRET')
  expect(fieldsOf(entries[0]!)).toEqual({ title: [expect.any(String), 'Told'] })
  expect((await historyOf(planner, item)).entries.length).toBeGreaterThan(entries.length)
})

test('[P7] nothing from before somebody saw it, nor from while they did not', async () => {
  const item = await hiddenItem()
  const set = (sql: string) => wedding.sql(`update public.timeline_items set ${sql} where id = $1`, [item.id])
  expect((await historyOf(couple, item)).status).toBe(404)
  await set(`title = 'Still a surprise'`)
  await set(`title = 'First dance', guest_visible = true`)
  await set(`title = 'The first dance'`)
  await set(`title = 'Hidden again', guest_visible = false`)
  await set(`title = 'Changed in the dark'`)
  expect((await historyOf(couple, item)).status).toBe(404)
  await set(`title = 'Shown', guest_visible = true`)

  const { entries } = await historyOf(couple, item)
  expect(entries.map((entry) => fieldsOf(entry)['title'])).toEqual([
    [undefined, 'Shown'],
    ['First dance', 'The first dance'],
    [undefined, 'First dance'],
  ])
  expect((await historyOf(planner, item)).entries).toHaveLength(7)
})

test('[P7] a deleted record is told to those who saw it until then, and to nobody else', async () => {
  const item = await hiddenItem()
  await wedding.sql(`update public.timeline_items set title = 'Seen by all', guest_visible = true where id = $1`, [
    item.id,
  ])
  const secret = await hiddenItem()
  await wedding.sql('delete from public.timeline_items where id = any ($1)', [[item.id, secret.id]])

  const { entries } = await historyOf(couple, item)
  expect(entries[0]).toMatchObject({ action: 'delete' })
  expect(fieldsOf(entries[0]!)['title']).toEqual(['Seen by all', undefined])
  expect((await historyOf(couple, secret)).status).toBe(404)
  expect((await historyOf(planner, secret)).entries).toMatchObject([{ action: 'delete' }, { action: 'create' }])
})

test('[P7] unknown, of another company, of another wedding, or no record at all: one and the same 404', async () => {
  const rival = await wedding.rival()
  const theirs = recordOf('timeline_items', 0, rival)
  const other = randomUUID()
  await wedding.sql(
    `insert into public.clients (id, organization_id, names, wedding_date, time_zone) values ($1, $2, 'C & D', '2027-01-01', 'UTC')`,
    [other, accountOf('owner').organizationId],
  )
  const nobody = { ...accountOf('planner', rival), userId: randomUUID() }
  const stranger = wedding.phoneOf('planner', { organization: { ...rival, accounts: [nobody] } })
  const asked: [Phone, string][] = [
    [planner, `timeline_items/${randomUUID()}`],
    [planner, `timeline_items/${theirs.id}`],
    [planner, `clients/${other}`],
    [planner, `nothing/${theirs.id}`],
    [planner, `offline_sync_queue/${theirs.id}`],
    [planner, 'timeline_items/no-uuid'],
    [planner, `timeline_items%00/${theirs.id}`],
    [vendor, `memberships/${recordOf('memberships').id}`],
    [stranger, `timeline_items/${theirs.id}`],
  ]
  const answers = await Promise.all(asked.map(([phone, path]) => phone.asks(`/api/offline/history/${path}`)))
  for (const { status, body } of answers) {
    const { timestamp: _, requestId: __, ...said } = body as unknown as Record<string, unknown>
    expect([status, said]).toEqual([
      404,
      { success: false, error: 'Not found', code: 'not_found', message: 'There is no such record.' },
    ])
  }
  const all = await Promise.all(
    [wedding.phoneOf('owner'), planner].map((phone) => historyOf(phone, recordOf('timeline_items'))),
  )
  expect(JSON.stringify(all)).not.toContain(canary)
})

test('names are told of people the reader sees: a vendor learns who of the team it was, not which guest of theirs', async () => {
  const item = recordOf('timeline_items', 5)
  await wedding.sql('update public.timeline_items set guest_visible = true where id = $1', [item.id])
  await Promise.all([planner.hears(), venue.hears()])
  await planner.sends([planner.edits(item, { title: 'By the planner' })])
  const { body } = await venue.sends([venue.edits(item, { location: 'Long barn' })])
  expect(body.processed).toHaveLength(1)

  const told = async (phone: Phone) => (await historyOf(phone, item)).entries.slice(0, 2).map(({ by }) => by)
  expect(await told(planner)).toMatchObject([{ name: venue.name, role: 'venue' }, { role: 'planner' }])
  expect(await told(vendor)).toMatchObject([
    { name: null, personId: null, role: 'venue' },
    { name: accountOf('planner').name, role: 'planner' },
  ])
})

test('it comes in pages, newest first, without a gap or a repetition', async () => {
  const item = recordOf('timeline_items', 6)
  for (let nth = 0; nth < 7; nth += 1)
    await wedding.sql('update public.timeline_items set cue = $2 where id = $1', [item.id, `cue ${nth}`])
  const whole = await historyOf(planner, item)
  const found: HistoryEntry[] = []
  for (let page: string | null = ''; page !== null;) {
    const answer: HistoryResponse = await historyOf(planner, item, `?limit=3${page && `&page=${page}`}`)
    expect(answer.entries.length).toBeLessThanOrEqual(3)
    found.push(...answer.entries)
    page = answer.nextPage
  }
  expect(found).toEqual(whole.entries)
  expect(found.map(({ version }) => version)).toEqual(found.map(({ version }) => version).sort((a, b) => b - a))
  for (const query of ['?limit=0', '?limit=201', '?page=last', '?page=-1'])
    expect((await planner.asks(`/api/offline/history/timeline_items/${item.id}${query}`)).status).toBe(400)
})

test('hostile text comes back as the text it is', async () => {
  const item = recordOf('timeline_items', 7)
  const hostile = `"</script><img onerror=alert(1)>'; drop table x; -- \u2028 ‮ 😀`
  await planner.hears()
  await planner.sends([planner.edits(item, { title: hostile })])
  expect(fieldsOf((await historyOf(planner, item)).entries[0]!)['title']![1]).toBe(hostile)
})
