// What was decided, as the database writes it: unit by unit, carefully or whole, each with the receipt it ends with.
import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@wedsync/protocol'
import { aDatabase } from '@wedsync/postgres/testing'
import { beforeEach, expect, test } from 'vitest'
import type { Person } from '../testing/a-company.ts'
import { aRunSheet, noteOf, seenBy, sent, type RunSheet } from '../testing/a-run-sheet.ts'
import { asPerson } from '../testing/as-person.ts'
import type { SentChange } from '../testing/as-sent.ts'

const { admin, server } = await aDatabase()
const { versionOf, itemIs, ledger, everythingOf } = seenBy(admin)
let { company, planner, items } = {} as RunSheet

beforeEach(async () => {
  ;({ company, planner, items } = await aRunSheet(admin))
})

type Unit = { unit: string; statements: object[] }
const entryOf = (unit: string, change: SentChange, table: string, action: string) => ({
  ...{ changeId: change.changeId, unit, hash: change.hash, table, id: change.id, action, data: change.data },
  receipt: { kind: 'processed', processed: { changeId: change.changeId, serverId: change.id, action, version: 0, outcome: 'applied' } }, // prettier-ignore
  ifFault: Object.fromEntries(['23503', '23505', '23514', '42501', 'other'].map((code) => [code, { kind: 'failed', failure: { changeId: change.changeId, code, retryable: false } }])), // prettier-ignore
})
const statementOf = (table: string, action: string, ...changes: SentChange[]) => ({ table, action, fields: Object.keys(changes[0]!.data).sort(), rows: changes.map(({ id, changeId, data }) => ({ ...data, id, changeId })) }) // prettier-ignore
const write = async (who: Person, units: Unit[], entries: object[], isCareful: boolean) =>
  await asPerson(server, who.claims, async (tx) => {
    const text = JSON.stringify({ deviceId: randomUUID(), sessionId: 's', batchId: randomUUID(), isCareful, units, conflicts: [], conflictUpdates: [], entries }) // prettier-ignore
    const { rows } = await tx.query<{ answer: { receipts: Record<string, JsonObject>; faults: JsonObject } }>('select public.write_sync_decisions($1) as answer', [text]) // prettier-ignore
    return rows[0]!.answer
  }, 'commit') // prettier-ignore

test('carefully, a unit that breaks a rule harms no other, and is told why it was not written', async () => {
  const good = sent(items[0]!, { title: 'Pie' })
  const [broken, orphan, twin, closed] = [sent(items[1]!, { duration_min: -1 }), sent(randomUUID(), { ...noteOf(company, 'x'), client_id: randomUUID() }), sent(items[2]!, { client_id: company.weddings[0], title: 'x' }), sent(company.weddings[1], { names: 'x' })] // prettier-ignore
  const last = sent(randomUUID(), noteOf(company, 'after all'))
  const parts = { good: ['timeline_items', 'update', good], broken: ['timeline_items', 'update', broken], orphan: ['notes', 'create', orphan], twin: ['timeline_items', 'create', twin], closed: ['clients', 'update', closed], last: ['notes', 'create', last] } as const // prettier-ignore
  const units = Object.entries(parts).map(([unit, [table, action, change]]) => ({ unit, statements: [statementOf(table, action, change)] })) // prettier-ignore
  const entries = Object.entries(parts).map(([unit, [table, action, change]]) => entryOf(unit, change, table, action))
  const { receipts, faults } = await write(planner, units, entries, true)

  expect(Object.keys(faults).sort()).toEqual(['broken', 'closed', 'orphan', 'twin'])
  expect(await itemIs(items[0]!)).toMatchObject({ title: 'Pie' })
  expect(receipts[good.changeId]).toMatchObject({ processed: { version: await versionOf(items[0]!) } })
  expect(receipts[last.changeId]).toMatchObject({ processed: { version: await versionOf(last.id) } })
  const codes = [broken, orphan, twin, closed].map(({ changeId }) => (receipts[changeId] as { failure: { code: string } }).failure.code) // prettier-ignore
  // a parent outside the caller's weddings is refused before anybody looks whether it is there
  expect(codes).toEqual(['23514', '42501', '23505', '42501'])
  expect((await ledger(...Object.values(parts).map(([, , { changeId }]) => changeId))).map(({ status }) => status).sort()).toEqual(['completed', 'completed', 'failed', 'failed', 'failed', 'failed']) // prettier-ignore
})

test('[P11] of a unit that breaks, nothing stays, whichever of its statements broke', async () => {
  const [first, second] = [sent(items[0]!, { title: 'Pie' }), sent(items[1]!, { duration_min: -1 })]
  const before = (await everythingOf(company)) as { items: unknown }
  await write(planner, [{ unit: 'both', statements: [statementOf('timeline_items', 'update', first), statementOf('timeline_items', 'update', second)] }], [entryOf('both', first, 'timeline_items', 'update'), entryOf('both', second, 'timeline_items', 'update')], true) // prettier-ignore
  expect((await everythingOf(company)) as object).toMatchObject({ items: before.items, ledger: '2' })
})

test('not carefully, what breaks one breaks all, and nothing is written', async () => {
  const [first, second] = [sent(items[0]!, { title: 'Pie' }), sent(items[1]!, { duration_min: -1 })]
  const before = await everythingOf(company)
  await expect(write(planner, [{ unit: 'whole', statements: [statementOf('timeline_items', 'update', first), statementOf('timeline_items', 'update', second)] }], [], false)).rejects.toMatchObject({ code: '23514' }) // prettier-ignore
  expect(await everythingOf(company)).toEqual(before)
})

test('[P9] what was only answered leaves a mark as well', async () => {
  const change = sent(items[0]!, { title: 'Pie' })
  const before = (await everythingOf(company)) as { head: string; marks: string }
  const refusal = { ...entryOf('none', change, 'timeline_items', 'update'), receipt: { kind: 'failed', failure: { changeId: change.changeId, code: 'forbidden', retryable: false } } } // prettier-ignore
  await write(planner, [], [refusal], false)
  const after = (await everythingOf(company)) as { head: string; marks: string }
  expect([Number(after.head) - Number(before.head), Number(after.marks) - Number(before.marks)]).toEqual([1, 1])
  expect(await ledger(change.changeId)).toMatchObject([{ status: 'failed' }])
})
