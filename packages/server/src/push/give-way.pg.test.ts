import { randomUUID } from 'node:crypto'
import type { ConflictField } from '@wedsync/protocol'
import { describe, expect, test } from 'vitest'
import { disagreementsAt } from '../testing/a-disagreement.ts'
import { aWedding, endings, recordOf, type Answer, type Phone, type Sent } from '../testing/a-wedding.ts'

const wedding = await aWedding()
const [planner, assistant] = [wedding.phoneOf('planner'), wedding.phoneOf('assistant')]
await Promise.all([planner.hears(), assistant.hears()])
const { decides, logOf } = disagreementsAt(wedding, planner, assistant)
const client_id = recordOf('clients').id

/** A table with so many chairs and some guests that nobody seated yet; both phones know them. */
const aTable = async (guests: number, capacity: number | null = 8) => {
  const table = planner.creates('tables', { client_id, number: 77, ...(capacity !== null && { capacity }) })
  const made = Array.from({ length: guests }, () => planner.creates('guests', { client_id, name: `G ${randomUUID()}` }))
  expect(endings(await planner.sends([table, ...made]), [table, ...made])).toEqual([
    'applied',
    ...made.map(() => 'applied'),
  ])
  await Promise.all([planner.hears(), assistant.hears()])
  const seats = (phone: Phone, guest: number, seat: number | null, more: object = {}, at: string = table.id): Sent =>
    phone.creates('seat_assignments', { client_id, guest_id: made[guest]!.id, table_id: at, seat }, more)
  return { table: table.id, seats }
}
const seatOf = async ({ id }: { id: string }) => {
  const row = await wedding.stored('seat_assignments', id)
  return row && [row['table_id'], row['seat']]
}
const openIn = ({ body }: Answer, { changeId }: { changeId: string }) =>
  body.conflicts.find((one) => one.changeId === changeId && one.status === 'pending')!
const fieldOf = (fields: readonly ConflictField[], name: string) => fields.find(({ field }) => field === name)!

describe('two phones seat two guests on one chair', () => {
  test('[P3] the first keeps it; the other sits at that table without a chair, and the nearest free one is offered', async () => {
    const { table, seats } = await aTable(2)
    const [first, second] = [seats(planner, 0, 5), seats(assistant, 1, 5)]
    await planner.sends([first])
    const answer = await assistant.sends([second])
    expect(endings(answer, [second])).toEqual(['waiting'])
    expect([await seatOf(first), await seatOf(second)]).toEqual([
      [table, 5],
      [table, null],
    ])
    const conflict = openIn(answer, second)
    expect(conflict).toMatchObject({ kind: 'unique', severity: 'high', table: 'seat_assignments', id: second.id })
    expect(fieldOf(conflict.fields, 'seat')).toMatchObject({
      ...{ client: 5, server: null, proposed: 4, level: 'high' },
      reason: 'That seat is taken; this has none yet. Seat 4 is free.',
    })
    expect(fieldOf(conflict.fields, 'table_id')).toMatchObject({ client: table, server: table, proposed: table })
  })

  test('[P1] the same, sent once more, has the same answer', async () => {
    const { seats } = await aTable(2)
    const [first, second] = [seats(planner, 0, 1), seats(assistant, 1, 1)]
    await planner.sends([first])
    const told = openIn(await assistant.sends([second]), second)
    expect(openIn(await assistant.sends([second]), second)).toEqual(told)
    expect(await wedding.conflictLog(second.id)).toHaveLength(1)
  })

  test('both within one batch: the first of it keeps the chair', async () => {
    const { table, seats } = await aTable(3)
    const sent = [seats(assistant, 0, 3), seats(assistant, 1, 3), seats(assistant, 2, 4)]
    expect(endings(await assistant.sends(sent), sent)).toEqual(['applied', 'waiting', 'applied'])
    expect(await Promise.all(sent.map(seatOf))).toEqual([
      [table, 3],
      [table, null],
      [table, 4],
    ])
  })

  test('who is moved onto a chair that is taken stays where they were, table and all', async () => {
    const { table, seats } = await aTable(2)
    const { table: other } = await aTable(0)
    const [first, second] = [seats(planner, 0, 5), seats(planner, 1, 2, {}, other)]
    await planner.sends([first, second])
    await assistant.hears()
    const move = assistant.edits({ table: 'seat_assignments', id: second.id }, { table_id: table, seat: 5 })
    const answer = await assistant.sends([move])
    expect(endings(answer, [move])).toEqual(['waiting'])
    expect(await seatOf(second)).toEqual([other, 2])
    const { fields } = openIn(answer, move)
    expect(fieldOf(fields, 'seat')).toMatchObject({ base: 2, client: 5, server: 2, proposed: 4 })
    expect(fieldOf(fields, 'table_id')).toMatchObject({ base: other, client: table, server: other, proposed: table })
    expect(fieldOf(fields, 'seat').reason).toBe('That seat is taken; this stays as it was. Seat 4 is free.')
  })

  test('two guests who change places in one action are in nobody’s way', async () => {
    const { table, seats } = await aTable(2)
    const [one, two] = [seats(planner, 0, 1), seats(planner, 1, 2)]
    await planner.sends([one, two])
    await planner.hears()
    const groupId = randomUUID()
    const swap = [
      planner.edits({ table: 'seat_assignments', id: one.id }, { seat: 2 }, { groupId }),
      planner.edits({ table: 'seat_assignments', id: two.id }, { seat: 1 }, { groupId }),
    ]
    expect(endings(await planner.sends(swap), swap)).toEqual(['applied', 'applied'])
    expect([await seatOf(one), await seatOf(two)]).toEqual([
      [table, 2],
      [table, 1],
    ])
  })

  test.each([1, 2])(
    '[P13] what is no action of its own hangs on nothing that only came along with it: in %i requests',
    async (requests) => {
      const { table, seats } = await aTable(2)
      const [one, two] = [seats(planner, 0, 1), seats(planner, 1, 2)]
      await planner.sends([one, two])
      await planner.hears()
      const swap = [
        planner.edits({ table: 'seat_assignments', id: one.id }, { seat: 2 }),
        planner.edits({ table: 'seat_assignments', id: two.id }, { seat: 1 }),
      ] as const
      const answers = requests === 1 ? [await planner.sends(swap)] : [await planner.sends([swap[0]]), await planner.sends([swap[1]])] // prettier-ignore
      expect(swap.map((one, nth) => endings(answers[nth] ?? answers[0]!, [one])[0])).toEqual(['waiting', 'waiting'])
      expect([await seatOf(one), await seatOf(two)]).toEqual([
        [table, 1],
        [table, 2],
      ])
    },
  )

  test('a chair that somebody left earlier in the batch is free', async () => {
    const { table, seats } = await aTable(2)
    const first = seats(planner, 0, 6)
    await planner.sends([first])
    await assistant.hears()
    const sent = [assistant.deletes({ table: 'seat_assignments', id: first.id }), seats(assistant, 1, 6)]
    expect(endings(await assistant.sends(sent), sent)).toEqual(['applied', 'applied'])
    expect(await seatOf(sent[1]!)).toEqual([table, 6])
  })

  test.for([
    ['at a glance', false],
    ['with something else to decide', true],
  ] as const)('[P3] taken in the very moment of writing, %s, it ends the same way', async ([, isDecided]) => {
    const { table, seats } = await aTable(2)
    const [first, second] = [seats(planner, 0, 5), seats(assistant, 1, 5)]
    const holder = await wedding.database.admin.connect()
    await holder.query('begin')
    await holder.query(
      `insert into public.seat_assignments (id, organization_id, client_id, guest_id, table_id, seat)
       select $1, organization_id, id, $2, $3, 5 from public.clients where id = $4`,
      [first.id, first.data['guest_id'], table, client_id],
    )
    const note = assistant.creates('notes', { client_id, body: 'Gone again' })
    const others = isDecided ? [note, assistant.deletes({ table: 'notes', id: note.id }, { after: note.changeId })] : []
    const answer = assistant.sends([...others, second])
    await expect
      .poll(
        async () =>
          (
            await wedding.sql(
              `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
            )
          ).length,
      ) // prettier-ignore
      .toBeGreaterThan(0)
    await holder.query('commit')
    holder.release()
    expect(endings(await answer, [second])).toEqual(['waiting'])
    expect([await seatOf(first), await seatOf(second)]).toEqual([
      [table, 5],
      [table, null],
    ])
  })

  test('at a full table nothing is offered', async () => {
    const { seats } = await aTable(3, 2)
    const sent = [seats(planner, 0, 1), seats(planner, 1, 2), seats(planner, 2, 2)]
    const answer = await planner.sends(sent)
    expect(endings(answer, sent)).toEqual(['applied', 'applied', 'waiting'])
    const seat = fieldOf(openIn(answer, sent[2]!).fields, 'seat')
    expect([seat.proposed, seat.reason]).toEqual([undefined, 'That seat is taken; this has none yet.'])
  })

  test('[P11] in a group nothing of it goes in, and all of it once somebody takes the free chair', async () => {
    const { table, seats } = await aTable(2)
    await planner.sends([seats(planner, 0, 5)])
    const groupId = randomUUID()
    const note = assistant.creates('notes', { client_id, body: 'They sit in front' }, { groupId })
    const sent = [note, seats(assistant, 1, 5, { groupId })]
    const answer = await assistant.sends(sent)
    expect(endings(answer, sent)).toEqual(['waiting', 'waiting'])
    expect([await wedding.stored('notes', note.id), await seatOf(sent[1]!)]).toEqual([undefined, undefined])
    const { conflictId } = openIn(answer, sent[1]!)
    expect((await decides(planner, conflictId, { choice: 'merged' })).status).toBe(200)
    expect(await seatOf(sent[1]!)).toEqual([table, 4])
    expect(await wedding.stored('notes', note.id)).toMatchObject({ body: 'They sit in front' })
  })

  test('what cannot wait is not written at all: atomic, and a dry run', async () => {
    const { seats } = await aTable(2)
    await planner.sends([seats(planner, 0, 5)])
    const late = seats(assistant, 1, 5)
    const whole = await assistant.sends([late], { options: { atomic: true } })
    expect([whole.body.success, endings(whole, [late])]).toEqual([false, ['needs_decision']])
    const { body } = await assistant.sends([late], { options: { dryRun: true } })
    expect((body as unknown as { validation: { conflicts: unknown[] } }).validation.conflicts).toHaveLength(1)
    expect(await seatOf(late)).toBeUndefined()
  })
})

describe('a person says where the second one sits', () => {
  const aTaken = async () => {
    const { table, seats } = await aTable(3)
    const [first, second] = [seats(planner, 0, 5), seats(assistant, 1, 5)]
    await planner.sends([first])
    const { conflictId } = openIn(await assistant.sends([second]), second)
    return { table, seats, first, second, conflictId }
  }

  test('on the free chair that was offered', async () => {
    const { table, second, conflictId } = await aTaken()
    expect((await decides(planner, conflictId, { choice: 'merged' })).status).toBe(200)
    expect(await seatOf(second)).toEqual([table, 4])
    expect((await wedding.ledger(second.changeId))[0]).toMatchObject({ status: 'completed' })
  })

  test('on another one', async () => {
    const { table, second, conflictId } = await aTaken()
    const wish = { choice: 'merged', values: { seat: 8 }, choices: { seat: 'custom' } }
    expect((await decides(planner, conflictId, wish)).status).toBe(200)
    expect(await seatOf(second)).toEqual([table, 8])
  })

  test('not on one that is taken: they are told so, and may choose again', async () => {
    const { table, seats, second, conflictId } = await aTaken()
    const asked = await decides(planner, conflictId, { choice: 'client' })
    expect([asked.status, asked.body['message']]).toEqual([400, 'The seat is taken by now. Choose another one.'])
    await planner.sends([seats(planner, 2, 4)])
    expect((await decides(planner, conflictId, { choice: 'merged' })).status).toBe(400)
    expect(await seatOf(second)).toEqual([table, null])
    expect(await logOf(conflictId)).toMatchObject({ status: 'pending' })
  })

  test('on the wanted one after all, once it is free', async () => {
    const { table, first, second, conflictId } = await aTaken()
    await planner.hears()
    await planner.sends([planner.deletes({ table: 'seat_assignments', id: first.id })])
    expect((await decides(planner, conflictId, { choice: 'client' })).status).toBe(200)
    expect(await seatOf(second)).toEqual([table, 5])
  })

  test('nowhere in particular', async () => {
    const { table, second, conflictId } = await aTaken()
    expect((await decides(assistant, conflictId, { choice: 'server' })).status).toBe(200)
    expect(await seatOf(second)).toEqual([table, null])
  })

  test('[P3] without a signal, as a change: on time it goes in, and too late they are told', async () => {
    const { table, seats, second, conflictId } = await aTaken()
    await planner.hears()
    const decision = (choice: string): Sent => ({
      ...planner.edits({ table: 'conflicts', id: conflictId }, { choice }),
      action: 'update',
    })
    const taken = seats(planner, 2, 4)
    const late = decision('merged')
    expect(endings(await planner.sends([taken, late]), [taken, late])).toEqual(['applied', 'duplicate_value'])
    const other = {
      ...decision('merged'),
      data: { choice: 'merged', choices: { seat: 'custom' }, values: { seat: 6 } },
    }
    expect(endings(await planner.sends([other]), [other])).toEqual(['applied'])
    expect(await seatOf(second)).toEqual([table, 6])
  })
})

describe('one guest is seated by two people', () => {
  const aTwice = async () => {
    const [{ table, seats }, { table: other }] = [await aTable(1), await aTable(0)]
    const [first, second] = [seats(planner, 0, 5), seats(assistant, 0, 2, {}, other)]
    await planner.sends([first])
    const answer = await assistant.sends([second])
    expect(endings(answer, [second])).toEqual(['waiting'])
    return { table, other, seats, first, second, conflict: openIn(answer, second) }
  }

  test('they sit where they sat, and a person is asked', async () => {
    const { table, other, first, second, conflict } = await aTwice()
    expect([await seatOf(first), await seatOf(second)]).toEqual([[table, 5], undefined])
    expect(conflict).toMatchObject({ kind: 'unique', severity: 'high', table: 'seat_assignments', id: first.id })
    expect(fieldOf(conflict.fields, 'seat')).toMatchObject({ client: 2, server: 5 })
    expect(fieldOf(conflict.fields, 'table_id')).toMatchObject({ client: other, server: table })
  })

  test.for([
    ['client', 'client_won'],
    ['server', 'server_won'],
  ] as const)('[P3] whichever way it is decided, nobody sits twice: %s', async ([choice, outcome]) => {
    const { table, other, first, second, conflict } = await aTwice()
    expect((await decides(planner, conflict.conflictId, { choice })).status).toBe(200)
    expect([await seatOf(first), await seatOf(second)]).toEqual([
      choice === 'client' ? [other, 2] : [table, 5],
      undefined,
    ])
    expect((await wedding.ledger(second.changeId))[0]!.receipt).toMatchObject({ processed: { outcome } })
  })

  test('[P3] what builds on the seat that never came to be waits, and then fails where its author sees it', async () => {
    const { second, conflict } = await aTwice()
    const later = assistant.edits({ table: 'seat_assignments', id: second.id }, { seat: 7 }, { after: second.changeId })
    expect(endings(await assistant.sends([later]), [later])).toEqual(['record_missing'])
    await decides(planner, conflict.conflictId, { choice: 'server' })
    await wedding.ends(later.changeId, 'failed')
    expect((await wedding.ledger(later.changeId))[0]).toMatchObject({ error_code: 'depends_on_failed' })
  })

  test('on the very same chair there is nothing to ask', async () => {
    const { seats } = await aTable(1)
    const [first, second] = [seats(planner, 0, 5), seats(assistant, 0, 5)]
    await planner.sends([first])
    expect(endings(await assistant.sends([second]), [second])).toEqual(['already_applied'])
    expect(await wedding.conflictLog(first.id)).toEqual([])
  })
})

test('[P13] a chair goes with its guest: who strikes a guest off and gives their chair to another does both, in one request or two', async () => {
  const { table, seats } = await aTable(2)
  const first = seats(assistant, 0, 5)
  await assistant.sends([first])
  const struck = planner.deletes({ table: 'guests', id: first.data['guest_id'] as string })
  const second = seats(planner, 1, 5)
  expect(endings(await planner.sends([struck, second]), [struck, second])).toEqual(['applied', 'applied'])
  expect([await seatOf(first), await seatOf(second)]).toEqual([undefined, [table, 5]])
})

describe('one action moves a guest and gives their chair to another', () => {
  const bothIn = async ({ table, seats }: Awaited<ReturnType<typeof aTable>>) => {
    const first = seats(planner, 0, 5)
    await planner.sends([first])
    await planner.hears()
    const groupId = randomUUID()
    const moves = planner.edits({ table: 'seat_assignments', id: first.id }, { seat: 6 }, { groupId })
    const second = seats(planner, 1, 5, { groupId })
    return { table, seats, first, moves, second }
  }

  test('[P11] both go in, whichever is written first', async () => {
    const { table, first, moves, second } = await bothIn(await aTable(2))
    expect(endings(await planner.sends([moves, second]), [moves, second])).toEqual(['applied', 'applied'])
    expect([await seatOf(first), await seatOf(second)]).toEqual([
      [table, 6],
      [table, 5],
    ])
  })

  test('[P11] and a guest whose seat is taken away sits where the same action seats them', async () => {
    const { table, seats } = await aTable(1)
    const first = seats(planner, 0, 5)
    await planner.sends([first])
    await planner.hears()
    const groupId = randomUUID()
    const leaves = planner.deletes({ table: 'seat_assignments', id: first.id }, { groupId })
    const sits = seats(planner, 0, 7, { groupId })
    expect(endings(await planner.sends([leaves, sits]), [leaves, sits])).toEqual(['applied', 'applied'])
    expect([await seatOf(first), await seatOf(sits)]).toEqual([undefined, [table, 7]])
  })

  test("[P3] where a team's own constraint looks at once, a person is asked; neither half fails or goes in alone", async () => {
    const atOnce = (when: string) =>
      wedding.sql(`alter table seat_assignments drop constraint seat_assignments_seat_key,
        add constraint seat_assignments_seat_key unique (organization_id, client_id, table_id, seat) ${when}`)
    await atOnce('')
    try {
      const { table, first, moves, second } = await bothIn(await aTable(2))
      const answer = await planner.sends([moves, second])
      expect(endings(answer, [moves, second])).toEqual(['waiting', 'waiting'])
      expect(openIn(answer, second)).toMatchObject({ kind: 'unique', id: second.id })
      expect([await seatOf(first), await seatOf(second)]).toEqual([[table, 5], undefined])
    } finally {
      await atOnce('deferrable initially immediate')
    }
  })
})
