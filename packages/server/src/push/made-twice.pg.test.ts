import { randomUUID } from 'node:crypto'
import type { ConflictField, JsonObject } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { disagreementsAt } from '../testing/a-disagreement.ts'
import { aWedding, endings, recordOf, type Answer, type Phone, type Sent } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, owner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('owner'), wedding.phoneOf('assistant')]
const [couple, vendor] = [wedding.phoneOf('couple'), wedding.phoneOf('vendor')]
await Promise.all([planner, owner, assistant, couple].map((phone) => phone.hears()))
const { decides, logOf } = disagreementsAt(wedding, planner, assistant)
const client_id = recordOf('clients').id
const payment_id = recordOf('payments').id

let next = 10_000
const amount = () => (next += 1)
const entry = (phone: Phone, data: JsonObject, more: object = {}): Sent =>
  phone.creates('payment_entries', { client_id, payment_id, ...data }, more)
const storedEntry = ({ id }: { id: string }) => wedding.stored('payment_entries', id)
const storedGuest = ({ id }: { id: string }) => wedding.stored('guests', id)
const openIn = ({ body }: Answer, { changeId }: { changeId: string }) =>
  body.conflicts.find((one) => one.changeId === changeId && one.status === 'pending')!
const fieldOf = (fields: readonly ConflictField[], name: string) => fields.find(({ field }) => field === name)!
const seen = async (phone: Phone, conflictId: string) => {
  await phone.hears()
  return phone.shows({ table: 'conflicts', id: conflictId })?.data as
    (JsonObject & { fields: ConflictField[] }) | undefined
}

describe('two people write the same envelope down', () => {
  const anEnvelope = async () => {
    const paid = { amount_minor: amount(), at: '2026-06-20T18:00:00.000Z' }
    const [first, second] = [
      entry(planner, { ...paid, handed_to: 'The band' }),
      entry(owner, { ...paid, at: '2026-06-20T19:30:00.000Z', note: 'In the hall' }),
    ]
    expect(endings(await planner.sends([first]), [first])).toEqual(['applied'])
    const answer = await owner.sends([second])
    expect(endings(answer, [second])).toEqual(['waiting'])
    return { first, second, conflict: openIn(answer, second) }
  }

  test('[P4] the second is not counted, and not dropped: a person is asked, and sees both', async () => {
    const { first, second, conflict } = await anEnvelope()
    expect([await storedEntry(first), await storedEntry(second)]).toMatchObject([{ id: first.id }, undefined])
    expect(conflict).toMatchObject({ kind: 'unique', severity: 'critical', table: 'payment_entries', id: second.id })
    expect(fieldOf(conflict.fields, 'amount_minor')).toMatchObject({
      client: second.data['amount_minor'],
      server: first.data['amount_minor'],
    })
    expect(fieldOf(conflict.fields, 'note')).toMatchObject({ client: 'In the hall', server: null })
    const listed = await seen(planner, conflict.conflictId)
    expect(listed).toMatchObject({ canDecide: true, status: 'pending', recordId: second.id })
    expect(listed!.fields.map(({ field }) => field).sort()).toEqual(['amount_minor', 'at', 'note', 'payment_id'])
    const detail = await planner.asks(`/api/offline/conflicts/${conflict.conflictId}`)
    expect([detail.status, (detail.body as unknown as { history: unknown[] }).history]).toEqual([200, []])
  })

  test('[P1] the same, sent once more, has the same answer, and asks nobody twice', async () => {
    const { second, conflict } = await anEnvelope()
    expect(openIn(await owner.sends([second]), second)).toEqual(conflict)
    expect(await wedding.conflictLog(second.id)).toHaveLength(1)
  })

  test('it was a second one: it goes in, as it was written down', async () => {
    const { second, conflict } = await anEnvelope()
    expect((await decides(planner, conflict.conflictId, { choice: 'client' })).status).toBe(200)
    expect(await storedEntry(second)).toMatchObject({ ...second.data, at: '2026-06-20T19:30:00+00:00' })
    expect((await wedding.ledger(second.changeId))[0]!.receipt).toMatchObject({ processed: { outcome: 'client_won' } })
  })

  test('it was the same: nothing is added up, and both stay in the list', async () => {
    const { second, conflict } = await anEnvelope()
    expect((await decides(planner, conflict.conflictId, { choice: 'server' })).status).toBe(200)
    expect(await storedEntry(second)).toBeUndefined()
    expect((await wedding.ledger(second.changeId))[0]!.receipt).toMatchObject({ processed: { outcome: 'server_won' } })
    const log = await logOf(conflict.conflictId)
    expect(log.fields.find(({ field }) => field === 'note')).toMatchObject({ client: 'In the hall' })
  })

  test('half of each is neither', async () => {
    const { second, conflict } = await anEnvelope()
    const asked = await decides(planner, conflict.conflictId, { choice: 'client', choices: { note: 'server' } })
    expect([asked.status, asked.body.code]).toEqual([400, 'validation_failed'])
    expect(await storedEntry(second)).toBeUndefined()
  })

  test('who wrote it takes it back, and it never was', async () => {
    const { second, conflict } = await anEnvelope()
    expect((await decides(owner, conflict.conflictId, { choice: 'server' })).status).toBe(200)
    expect(await storedEntry(second)).toBeUndefined()
  })

  test('[P7] who does not read who gave which envelope to whom hears nothing of it, and who may not decide money does not', async () => {
    const { conflict } = await anEnvelope()
    expect(await seen(couple, conflict.conflictId)).toBeUndefined()
    await vendor.hears()
    expect(vendor.shows({ table: 'conflicts', id: conflict.conflictId })).toBeUndefined()
    expect(await seen(assistant, conflict.conflictId)).toMatchObject({ canDecide: false })
    expect((await decides(assistant, conflict.conflictId, { choice: 'client' })).status).toBe(403)
  })

  test('another amount, another day, or twice by the same hand: that is no double', async () => {
    const paid = { amount_minor: amount(), at: '2026-06-20T18:00:00.000Z' }
    await planner.sends([entry(planner, paid)])
    const sent = [
      entry(owner, { ...paid, amount_minor: amount() }),
      entry(owner, { ...paid, at: '2026-06-21T18:00:00.000Z' }),
    ]
    expect(endings(await owner.sends(sent), sent)).toEqual(['applied', 'applied'])
    const again = [entry(planner, paid), entry(planner, paid)]
    expect(endings(await planner.sends(again), again)).toEqual(['applied', 'applied'])
  })

  test('what cannot wait is not written: atomic, and a dry run', async () => {
    const paid = { amount_minor: amount() }
    await planner.sends([entry(planner, paid)])
    const late = entry(owner, paid)
    const whole = await owner.sends([late], { options: { atomic: true } })
    expect([whole.body.success, endings(whole, [late])]).toEqual([false, ['needs_decision']])
    await owner.sends([late], { options: { dryRun: true } })
    expect(await wedding.ledger(late.changeId)).toEqual([])
  })
})

describe('two people invite the same guest', () => {
  const aRose = async (more: object = {}) => {
    const household = `Miller ${randomUUID().slice(0, 8)}`
    const [first, second] = [
      planner.creates('guests', { client_id, household, name: 'Aunt Rose', gift_notes: 'A surprise' }),
      couple.creates(
        'guests',
        { client_id, household: ` ${household.toUpperCase()} `, name: 'aunt rose', dietary: ['vegan'] },
        more,
      ),
    ]
    expect(endings(await planner.sends([first]), [first])).toEqual(['applied'])
    return { first, second }
  }
  const waits = async (more: object = {}) => {
    const { first, second } = await aRose(more)
    const answer = await couple.sends([second])
    expect(endings(answer, [second])).toEqual(['waiting'])
    return { first, second, conflict: openIn(answer, second) }
  }

  test('[P4] she is there once, and a person says whether it is she', async () => {
    const { second, conflict } = await waits()
    expect(await storedGuest(second)).toBeUndefined()
    expect(conflict).toMatchObject({ kind: 'proposal', severity: 'medium', table: 'guests', id: second.id })
    expect(fieldOf(conflict.fields, 'name')).toMatchObject({ client: 'aunt rose', server: 'Aunt Rose' })
    expect(conflict.fields.map(({ field }) => field).sort()).toEqual(['dietary', 'household', 'name'])
    expect(await seen(couple, conflict.conflictId)).toMatchObject({ isOwn: true, canDecide: false })
    expect(await seen(assistant, conflict.conflictId)).toMatchObject({ isOwn: false, canDecide: true })
  })

  test('another guest: she goes in, and so does the chair that waited for her', async () => {
    const { second } = await aRose()
    const table = recordOf('tables').id
    const seat = couple.creates('seat_assignments', { client_id, guest_id: second.id, table_id: table, seat: 900 })
    const answer = await couple.sends([second, seat])
    expect(endings(answer, [second, seat])).toEqual(['waiting', 'missing_parent'])
    expect((await decides(assistant, openIn(answer, second).conflictId, { choice: 'client' })).status).toBe(200)
    expect(await storedGuest(second)).toMatchObject({ name: 'aunt rose', dietary: ['vegan'], rsvp: 'none' })
    await wedding.ends(seat.changeId, 'completed')
    expect(await wedding.stored('seat_assignments', seat.id)).toMatchObject({ seat: 900 })
  })

  test('[P3] the same guest: what was written about the one who is not made fails where its author sees it', async () => {
    const { second, conflict } = await waits()
    const table = recordOf('tables').id
    const seat = couple.creates('seat_assignments', { client_id, guest_id: second.id, table_id: table, seat: 901 })
    const edit = couple.edits({ table: 'guests', id: second.id }, { rsvp: 'yes' }, { after: second.changeId })
    expect(endings(await couple.sends([seat, edit]), [seat, edit])).toEqual(['missing_parent', 'record_missing'])
    expect((await decides(planner, conflict.conflictId, { choice: 'server' })).status).toBe(200)
    for (const { changeId } of [seat, edit]) {
      await wedding.ends(changeId, 'failed')
      expect((await wedding.ledger(changeId))[0]).toMatchObject({ error_code: 'depends_on_failed' })
    }
    expect(await storedGuest(second)).toBeUndefined()
  })

  test('[P3] whatever comes later for the one who was not made fails at once', async () => {
    const { second, conflict } = await waits()
    await decides(planner, conflict.conflictId, { choice: 'server' })
    const edit = couple.edits({ table: 'guests', id: second.id }, { rsvp: 'yes' })
    expect(endings(await couple.sends([edit]), [edit])).toEqual(['depends_on_failed'])
  })

  test('[P11] in a group all of it waits, and goes in with her', async () => {
    const groupId = randomUUID()
    const { second } = await aRose({ groupId })
    const table = recordOf('tables').id
    const seat = couple.creates(
      'seat_assignments',
      { client_id, guest_id: second.id, table_id: table, seat: 902 },
      { groupId },
    )
    const answer = await couple.sends([second, seat])
    expect(endings(answer, [second, seat])).toEqual(['waiting', 'waiting'])
    const { conflictId } = openIn(answer, second)
    expect(await seen(assistant, conflictId)).toMatchObject({ canDecide: true })
    expect((await decides(planner, conflictId, { choice: 'client' })).status).toBe(200)
    expect([await storedGuest(second), await wedding.stored('seat_assignments', seat.id)]).toMatchObject([
      { name: 'aunt rose' },
      { seat: 902 },
    ])
  })

  test('[P4] whoever was invited by somebody else while a group waited is asked about before the group goes in', async () => {
    const groupId = randomUUID()
    const household = `Late ${groupId}`
    await Promise.all([planner.hears(), couple.hears()])
    const guest = planner.creates('guests', { client_id, household, name: 'Aunt Rose' }, { groupId })
    const item = recordOf('timeline_items', 9)
    const cue = planner.edits(item, { cue: 'Mine' }, { groupId })
    await wedding.sql(`update public.timeline_items set cue = 'Theirs' where id = $1`, [item.id])
    const answer = await planner.sends([guest, cue])
    expect(endings(answer, [guest, cue])).toEqual(['waiting', 'waiting'])
    const { conflictId } = openIn(answer, cue)
    const other = couple.creates('guests', { client_id, household, name: 'Aunt Rose' })
    expect(endings(await couple.sends([other]), [other])).toEqual(['applied'])
    const asked = await decides(owner, conflictId, { choice: 'client' })
    expect([asked.status, asked.body.code]).toEqual([409, 'conflict_moved'])
    expect(await storedGuest(guest)).toBeUndefined()
    expect((await seen(owner, conflictId))!.fields.map(({ field }) => field).sort()).toEqual([
      'cue',
      'household',
      'name',
    ])
    expect((await decides(owner, conflictId, { choice: 'client' })).status).toBe(200)
    expect(await storedGuest(guest)).toMatchObject({ name: 'Aunt Rose' })
  })

  test('whoever says that it is another says how she is called', async () => {
    const { second, conflict } = await waits()
    const wish = { choice: 'client', choices: { name: 'custom' }, values: { name: 'Rose the younger' } }
    expect((await decides(planner, conflict.conflictId, wish)).status).toBe(200)
    expect(await storedGuest(second)).toMatchObject({ name: 'Rose the younger', dietary: ['vegan'] })
  })

  test('without a household nobody is taken for somebody else', async () => {
    const sent = [planner, couple].map((phone) => phone.creates('guests', { client_id, name: 'Plus one' }))
    expect(endings(await planner.sends([sent[0]!]), [sent[0]!])).toEqual(['applied'])
    expect(endings(await couple.sends([sent[1]!]), [sent[1]!])).toEqual(['applied'])
  })
})
