// Whatever happens to a company, in whatever order, and however small the pages: every device holds what its person's
// select gives, field by field, and nothing else was ever on its way.  Shows P5, P7, P8.
import fc from 'fast-check'
import { aDatabase } from '@wedsync/postgres/testing'
import { describe, expect, test } from 'vitest'
import { aWorld, commandNames, live, type Command } from './feed-world.ts'
import { Leak } from './model-device.ts'
import { planCommands } from './plan-commands.ts'

const { admin, server } = await aDatabase()

type Weights = Partial<Record<Command[0], number>>
const noPlan = Object.fromEntries(Object.keys(planCommands).map((name) => [name, 0])) as Weights
const usual: Weights = {
  ...noPlan,
  ...{ pull: 16, addItem: 7, editItem: 5, flipItem: 5, handItem: 3, moveItem: 3, dropItem: 3, addNote: 3, showNote: 4 },
  ...{ editContact: 2, shareContact: 2, editWedding: 2, assign: 2, unassign: 2, transact: 2 },
}
// What rarely happens finds what rarely breaks: each kind of day dwells on something else.
const days: Weights[] = [
  usual,
  { ...usual, linkContact: 6, moveContact: 4, handItem: 8, shareContact: 4, replaceContact: 2 },
  { ...usual, changeRole: 4, dismiss: 3, employ: 5, assign: 5, unassign: 5, renamePerson: 4 },
  { ...noPlan, pull: 16, addItem: 4, flipItem: 14, flipAll: 4, dropItem: 6, moveItem: 6, transact: 6, addNote: 2, showNote: 10, dropNote: 2 }, // prettier-ignore
  // an item on which another waits does not move to another wedding
  { ...usual, moveItem: 0, seatGuest: 8, editGuest: 8, dropGuest: 4, dropTable: 3, askForm: 3, dropForm: 2, owe: 4, flipPayment: 8, pay: 3, file: 4, showDocument: 8, linkItems: 8, dropItem: 5 }, // prettier-ignore
]
const historyOf = (day: Weights) => {
  const name = fc.oneof(...commandNames.map((command) => ({ weight: day[command] ?? 1, arbitrary: fc.constant(command) }))) // prettier-ignore
  return fc.array(fc.tuple(name, fc.nat(60), fc.nat(60), fc.nat(60)), { minLength: 30, maxLength: 70, size: 'max' })
}
const history = fc.constantFrom(...days).chain(historyOf)

const runHistories = async (numRuns: number, seed: number, timeMs: number) =>
  await fc.check(
    fc.asyncProperty(history, async (steps) => {
      await live(await aWorld(admin, server), steps)
    }),
    { numRuns, seed, endOnFailure: true, interruptAfterTimeLimit: timeMs, markInterruptAsFailure: false },
  )

test('[P5] [P7] [P8] every device ends with what its person may select, and never hears of anything else', async () => {
  const { failed, seed, numRuns, errorInstance, counterexample } = await runHistories(24, 20_261_123, 12_000)
  expect(failed, `seed ${seed}: ${String((errorInstance as Error | null)?.stack)} ${JSON.stringify(counterexample)}`).toBe(false) // prettier-ignore
  console.info(`feed: ${numRuns} histories`)
})

// Each puts a mistake into the test's own database and takes it back; an eye that misses one is no eye.
describe('the eye catches', () => {
  const replaced = async (name: string, from: string, to: string) => {
    const { rows } = await admin.query<{ text: string }>('select pg_get_functiondef($1::regproc) as text', [name])
    const { text } = rows[0]!
    if (!text.includes(from)) throw new Error(`this mistake cannot be made any more: ${name} has no "${from}"`)
    await admin.query(text.replace(from, () => to))
    return () => admin.query(text)
  }

  type Mistake = readonly [of: string, from: string, to: string]
  const caught = async (mistakes: readonly Mistake[], find: () => Promise<unknown>) => {
    const undo: (() => Promise<unknown>)[] = []
    try {
      for (const [of, from, to] of mistakes) undo.push(await replaced(of, from, to))
      expect(await find()).toBeInstanceOf(Leak)
    } finally {
      for (const back of undo) await back()
    }
  }

  // prettier-ignore
  test.each<[string, ...Mistake[]]>([
    ['a change of audience that is not recorded', ['sync.next_sight', 'if p_before.audience = p_audience then', 'if p_before.audience is not null then']],
    ['a loss of sight that is not recorded', ['sync.next_sight', 'select name, since, p_position', 'select name, since, -1']],
    ['the id of a record from before somebody saw it', ['sync.find_news', 'l.since <= s.read_to and l.lost', 'l.lost']],
    ['a remove for everybody', ['sync.find_news', 'when not see.sees then seen.held', 'when not see.sees then true'], ['sync.read_rows', 'or (p.news).held', 'or true']],
    ['a record that comes into sight and is not sent', ['sync.find_news', 'when not seen.still then true', 'when not seen.still then false']],
    ["notes that are everybody's", ['sync.audience_of_notes', "array['team']", "array['team', 'venue', 'couple']"]],
    ["items that are everybody's", ['sync.audience_of_timeline_items', "array['team', 'venue']", "array['team', 'venue', 'vendor']"]],
    ['a scope that is lost in silence', ['sync.read_page', "'revoked', v_revoked", "'revoked', '[]'::jsonb"]],
  ])('%s', async (_, ...mistakes) => {
    await caught(mistakes, async () => (await runHistories(40, 7, 90_000)).errorInstance)
  })

  // Too rare for a short run: told as the history it takes.
  const [couple, vendor, planner] = [5, 4, 1]
  const all = [6, 2] as const
  const onePage = [0, 1] as const
  // prettier-ignore
  test.each<[string, Mistake, Command[]]>([
    ['a change made before pages that were read already', ['sync.find_news', 'r.field_positions[slot] > s.begun', 'r.field_positions[slot] > s.read_to'],
      // the title moves, another item moves, then a field of the first one that the couple does not read
      [['addItem', 0, 0, 2], ['addItem', 0, 0, 2], ['pull', couple, ...all], ['editItem', 0, 0, 1], ['editItem', 1, 0, 1], ['editItem', 0, 1, 1], ['pull', couple, ...onePage]]],
    ['a record that came with what matters first, and was lost before the rest came', ['sync.read_page', "when v_stage = 'early' then 0 else b end", 'else 0 end'],
      [...Array.from({ length: 9 }, (): Command => ['addItem', 0, 0, 2]), ['pull', couple, 6, 1], ['pull', couple, 6, 1], ['flipAll', 0, 0, 0]]],
    ['a record of the first stretch that moves before it was read', ['sync.find_standing', 'r.entered <= s.begun', 'r.position <= s.begun'],
      // in a field that the couple does not read: it is no news
      [['addItem', 0, 0, 2], ['addItem', 0, 0, 2], ['pull', couple, ...onePage], ['editItem', 1, 1, 1]]],
    ['the id of a record from before somebody came', ['sync.read_page', '(h.held ->> 2)::bigint, v_order.head', '(h.held ->> 2)::bigint, 0'],
      // an assignment ends; whoever becomes an owner later has never seen it
      [['unassign', planner, 1, 0], ['changeRole', couple, 0, 0], ['pull', couple, 0, 2]]],
    ['a payment that was cancelled and stays in sight', ['sync.audience_of_payments', "in ('due')", "in ('due', 'cancelled')"],
      [['owe', 0, 0, 0], ['flipPayment', 0, 0, 0], ['pull', couple, ...all]]],
    ['a vendor whose new contact shows them nothing new', ['sync.caller_rights', 'own.ids, ', ''],
      [['addItem', 0, 3, 1], ['pull', vendor, ...all], ['linkContact', 3, 0, 0]]],
    ['a record that moves to another wedding and leaves no trace', ['sync.capture_timeline_items_update', 'and r.scope_id = o.client_id;', 'and false;'],
      [['addItem', 0, 0, 2], ['pull', planner, ...all], ['unassign', planner, 1, 0], ['pull', planner, ...all], ['moveItem', 0, 1, 0]]],
  ])('%s', async (_, mistake, history) => {
    await live(await aWorld(admin, server), history)
    await caught([mistake], async () => {
      const world = await aWorld(admin, server)
      return await live(world, history).then(() => null, (error: unknown) => error)
    })
  })

  test('a column too many for a role', async () => {
    const { rows } = await admin.query<{ query: string }>(`select row_query as query from sync.role_tables where role = 'vendor' and table_name = 'timeline_items'`) // prettier-ignore
    const setQuery = (query: string) => admin.query(`update sync.role_tables set row_query = $1 where role = 'vendor' and table_name = 'timeline_items'`, [query]) // prettier-ignore
    await admin.query('grant select (internal_note) on timeline_items to app_vendor')
    await setQuery(rows[0]!.query.replace('select t.client_id', 'select t.internal_note, t.client_id'))
    const { failed, errorInstance } = await runHistories(40, 7, 90_000).finally(async () => {
      await admin.query('revoke select (internal_note) on timeline_items from app_vendor')
      await setQuery(rows[0]!.query)
    })
    expect(failed).toBe(true)
    expect(errorInstance).toBeInstanceOf(Leak)
  })
})
