// What a delete takes along, as phones hear of it: everybody who held a record learns that it is gone, whoever deleted what
// it meant nothing without; and what was handed over keeps its payment.
import { expect, test } from 'vitest'
import { agency, aWedding, endings, recordOf } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const scope = recordOf('clients').id
const held = (table: string, where: (data: Record<string, unknown>) => boolean) =>
  agency.records[table]!.filter(where).map((record) => ({ table, id: record['id'] as string }))

const guest = held('guests', () => true)[0]!
const table = held('tables', ({ number }) => number === 16)[0]!
const item = held('timeline_items', ({ title }) => title === 'Procession')[0]!
const form = held('forms', () => true)[0]!

test.each([
  ['a guest, and their seat', guest, held('seat_assignments', ({ guest_id }) => guest_id === guest.id)],
  ['a table, and its seats', table, held('seat_assignments', ({ table_id }) => table_id === table.id)],
  [
    'an item, and what waited for it',
    item,
    held('timeline_dependencies', ({ from_id, to_id }) => [from_id, to_id].includes(item.id)),
  ],
  ['a form, and its answers', form, held('form_responses', ({ form_id }) => form_id === form.id)],
] as const)('%s are gone from every phone that held them, in one commit', async (_, gone, along) => {
  expect(along.length).toBeGreaterThan(0)
  const [planner, couple, venue] = [wedding.phoneOf('planner'), wedding.phoneOf('couple'), wedding.phoneOf('venue')]
  for (const phone of [planner, couple, venue]) await phone.hears()
  const holds = (phone: typeof planner) => [gone, ...along].filter((record) => phone.shows(record)).length
  expect(holds(planner)).toBe(1 + along.length)
  const before = { couple: holds(couple), venue: holds(venue) }
  expect(before.couple + before.venue).toBeGreaterThan(0)

  const change = planner.deletes(gone)
  expect(endings(await planner.sends([change]), [change])).toEqual(['applied'])

  for (const phone of [planner, couple, venue]) await phone.hears()
  expect([holds(planner), holds(couple), holds(venue)]).toEqual([0, 0, 0])
  // what is gone with it can be looked up: who, from which phone, and what it held
  const told = await wedding.sql<{ user_id: string; device_id: string; before: object }>(
    `select h.user_id, h.device_id, h.before from sync.history h where h.record_id = any ($1) and h.action = 'delete'`,
    [along.map(({ id }) => id)],
  )
  expect(told).toHaveLength(along.length)
  for (const one of told) expect(one).toMatchObject({ user_id: planner.userId, device_id: planner.deviceId, before: { client_id: scope } }) // prettier-ignore
})

test.each(['in one batch', 'one after the other'])(
  '[P13] who deletes a vendor has no quarrel with themselves about where it was named: %s',
  async (how) => {
    const planner = wedding.phoneOf('planner')
    await planner.hears()
    const make = (table: string, data: Record<string, unknown>) => planner.creates(table, { client_id: scope, ...data })
    const gone = make('vendor_contacts', { company: 'Brass on wheels' })
    const [named, other] = [1, 2].map((nth) => make('timeline_items', { title: `${nth}`, vendor_id: gone.id }))
    await planner.sends([gone, named, other])
    await planner.hears()
    const vendor = held('vendor_contacts', () => true)[0]!
    const changes = [
      planner.deletes({ table: 'vendor_contacts', id: gone.id }),
      planner.edits({ table: 'timeline_items', id: named!.id }, { vendor_id: vendor.id }),
      planner.deletes({ table: 'timeline_items', id: other!.id }),
    ]
    const sent = how === 'in one batch' ? [changes] : changes.map((change) => [change])
    const ends: unknown[] = []
    // a phone with more to send is told of nothing in between
    for (const batch of sent) ends.push(...endings(await planner.sends(batch, { options: { pullLimit: 0 } }), batch))
    expect(ends).toEqual(['applied', 'applied', 'applied'])
    expect(await wedding.stored('timeline_items', named!.id)).toMatchObject({ vendor_id: vendor.id })
  },
)

test('[P4] who deletes blindly is asked, whatever they emptied themselves', async () => {
  const planner = wedding.phoneOf('planner')
  await planner.hears()
  const vendor = planner.creates('vendor_contacts', { client_id: scope, company: 'Drums on wheels' })
  const named = planner.creates('timeline_items', { client_id: scope, title: 'Drums', vendor_id: vendor.id })
  await planner.sends([vendor, named])
  await planner.sends([planner.deletes({ table: 'vendor_contacts', id: vendor.id })])
  // no version, no value: nothing says what was seen
  const blind = planner.deletes({ table: 'timeline_items', id: named.id })
  expect(endings(await planner.sends([blind]), [blind])).toEqual(['waiting'])
})

test('a payment of which something was handed over is still needed; it can be cancelled', async () => {
  const planner = wedding.phoneOf('planner')
  await planner.hears()
  const paid = { table: 'payments', id: agency.records['payment_entries']![0]!['payment_id'] as string }
  const entry = { table: 'payment_entries', id: agency.records['payment_entries']![0]!['id'] as string }
  const refused = [planner.deletes(paid), planner.edits(entry, { amount_minor: 1 }), planner.deletes(entry)]
  expect(endings(await planner.sends(refused), refused)).toEqual(['in_use', 'invalid_value', 'forbidden'])
  const cancelled = planner.edits(paid, { status: 'cancelled' })
  expect(endings(await planner.sends([cancelled]), [cancelled])).toEqual(['applied'])
})

test('[P7] a couple seats a guest and answers a form, and approves nothing', async () => {
  const couple = wedding.phoneOf('couple')
  await couple.hears()
  const free = held('guests', ({ rsvp }) => rsvp === 'none')[0]!
  const at = held('tables', ({ number }) => number === 2)[0]!
  const answers = held('form_responses', ({ form_id }) => form_id !== form.id)[0]!
  const changes = [
    couple.edits(free, { rsvp: 'yes', dietary: ['vegan'] }),
    couple.creates('seat_assignments', { client_id: scope, guest_id: free.id, table_id: at.id }),
    couple.edits(answers, { answers: { 'late-snack': 'Chips' } }),
    couple.edits(answers, { status: 'approved' }),
    couple.edits(free, { gift_notes: 'A clock' }),
    couple.edits(at, { capacity: 9 }),
  ]
  expect(endings(await couple.sends(changes), changes)).toEqual(['applied', 'applied', 'applied', 'forbidden', 'forbidden', 'forbidden']) // prettier-ignore
})

test('[P4] what somebody changes while an edit and a delete of one action wait is seen by who decides, though the edit waits as well', async () => {
  const [tom, priya] = [wedding.phoneOf('assistant'), wedding.phoneOf('planner')]
  const item = recordOf('timeline_items', 3)
  await Promise.all([tom.hears(), priya.hears()])
  const groupId = crypto.randomUUID()
  const group = [tom.edits(item, { cue: 'Tom waves' }, { groupId }), tom.deletes(item, { groupId })]
  await priya.sends([priya.edits(item, { cue: 'Priya waves' })])
  const answer = await tom.sends(group)
  expect(endings(answer, group)).toEqual(['waiting', 'waiting'])
  const { conflictId, version, fields } = answer.body.conflicts[0]!
  expect(fields.filter(({ field }) => field === 'cue')).not.toEqual([])
  await priya.hears()
  await priya.sends([priya.edits(item, { location: 'Orchard' })])
  const path = `/api/offline/conflicts/${conflictId}/resolve`
  const early = await priya.asks(path, { method: 'POST', body: JSON.stringify({ choice: 'client', version }) })
  expect([early.status, (early.body as unknown as { code: string }).code]).toEqual([409, 'conflict_moved'])
  const { body } = await priya.asks(`/api/offline/conflicts/${conflictId}`)
  const { conflict } = body as unknown as { conflict: { fields: { field: string; server: unknown }[] } }
  expect(conflict.fields).toContainEqual(expect.objectContaining({ field: 'location', server: 'Orchard' }))
})
