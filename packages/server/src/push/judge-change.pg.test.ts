// Two judges, one rule: the database's glance, the database's own detection and the merge's must agree on every edit.
import { randomUUID } from 'node:crypto'
import { contestedFields, type Collection } from '@wedsync/merge'
import type { JsonObject } from '@wedsync/protocol'
import { allCollections } from '@wedsync/wedding'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountOf, aWedding, endings, recordOf, type ConflictRow } from '../testing/a-wedding.ts'
import type { StoredRow } from './opened-batch.ts'

const wedding = await aWedding()
const planner = wedding.phoneOf('planner')
const { userId, organizationId } = accountOf('planner')
const claims = JSON.stringify({ sub: userId, role: 'authenticated', app_metadata: { organization_id: organizationId } })

const wallTime = fc.constantFrom('2026-06-20T10:00', '2026-06-20T11:00', '2026-06-20T12:30')
const word = fc.constantFrom('one', 'two', 'three', 'Größe ✓')
const person = fc.constantFrom(...[0, 1, 2].map((nth) => recordOf('people', nth).id))
const phone = fc.constantFrom('+447700900111', '+447700900222', '+447700900333')
const tables = {
  timeline_items: {
    required: { title: 'zero' },
    values: fc.record(
      {
        ...{ title: word, cue: fc.option(word), location: fc.option(word), planned_start: fc.option(wallTime) },
        ...{
          duration_min: fc.integer({ min: 1, max: 3 }),
          locked: fc.boolean(),
          status: fc.constantFrom('planned', 'ready'),
        },
        participant_ids: fc.uniqueArray(person).map((ids) => [...ids].sort()),
      },
      { requiredKeys: [] },
    ),
  },
  vendor_contacts: {
    required: { company: 'zero' },
    values: fc.record(
      {
        ...{ company: word, phones: fc.dictionary(fc.constantFrom('mobile', 'office'), phone) },
        ...{
          arrival_from: fc.option(wallTime),
          arrival_to: fc.option(wallTime),
          meal_count: fc.option(fc.nat({ max: 2 })),
        },
      },
      { requiredKeys: [] },
    ),
  },
  tasks: {
    required: { title: 'zero' },
    values: fc.record(
      {
        title: word,
        checklist: fc.uniqueArray(fc.record({ id: fc.constantFrom('a', 'b', 'c'), text: word, done: fc.boolean() }), {
          selector: ({ id }) => id,
        }),
      },
      { requiredKeys: [] },
    ),
  },
} as const
type Table = keyof typeof tables
const valuesOf = (table: Table): fc.Arbitrary<JsonObject> => tables[table].values as fc.Arbitrary<JsonObject>

/** An edit, what others did before it, from where its author saw the record, and how much of what they saw they say. */
const anEdit = fc.constantFrom<Table[]>('timeline_items', 'vendor_contacts', 'tasks').chain((table) =>
  fc.record({
    table: fc.constant(table),
    history: fc.array(valuesOf(table), { minLength: 1, maxLength: 3 }),
    data: valuesOf(table),
    seenAfter: fc.nat({ max: 3 }),
    says: fc.constantFrom(
      'version and base',
      'version',
      'base',
      'half a base',
      'nothing',
      'another version',
      'another base',
    ),
    isDeleted: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  }),
)
type Edit = typeof anEdit extends fc.Arbitrary<infer One> ? One : never

const collectionOf = (table: Table): Collection => allCollections.find(({ name }) => name === table)!

/** Makes a record, lets others work on it in plain SQL, and hands back the change its author now sends. */
const lives = async ({ table, history, data, seenAfter, says, isDeleted }: Edit) => {
  const id = randomUUID()
  const values = { client_id: recordOf('clients').id, ...tables[table].required }
  await wedding.sql('select sync.load_records($1, $2::jsonb)', [
    table,
    JSON.stringify([{ ...collectionOf(table).defaults, ...values, id, organization_id: organizationId }]),
  ])
  const seen: { version: number; fields: JsonObject }[] = [await look(table, id)]
  for (const step of history) {
    const columns = Object.keys(step)
    if (columns.length > 0)
      await wedding.sql(
        `update public.${table} t set ${columns.map((name) => `${name} = n.${name}`).join(', ')}
           from jsonb_populate_record(null::public.${table}, $2) n where t.id = $1`,
        [id, JSON.stringify(step)],
      )
    seen.push(await look(table, id))
  }
  if (isDeleted) await wedding.sql(`delete from public.${table} where id = $1`, [id])

  const { version, fields } = seen[Math.min(seenAfter, seen.length - 1)]!
  const whole = Object.fromEntries(Object.keys(data).map((name) => [name, fields[name]!]))
  const half = Object.fromEntries(Object.entries(whole).slice(0, 1))
  const other = Object.fromEntries(Object.keys(data).map((name) => [name, seen[0]!.fields[name]!]))
  const said = {
    'version and base': { baseVersion: version, base: whole },
    version: { baseVersion: version },
    base: { baseVersion: null, base: whole },
    'half a base': { baseVersion: version, base: half },
    nothing: { baseVersion: null },
    'another version': { baseVersion: version + 1_000_000, base: half },
    'another base': { baseVersion: version, base: other },
  }[says]
  return { changeId: randomUUID(), action: 'update' as const, table, id, data, ...said }
}

const asPlanner = async <Row extends object>(text: string, values: unknown[]): Promise<Row[]> => {
  const session = await wedding.database.server.connect()
  try {
    await session.query('begin')
    await session.query('select sync.assume_caller($1)', [claims])
    return (await session.query<Row>(text, values)).rows
  } finally {
    await session.query('rollback')
    session.release()
  }
}
const stored = async (table: Table, id: string) =>
  (await asPlanner<{ s: StoredRow }>(`select s from sync.stored_${table}(array[$1::uuid]) s`, [id]))[0]!.s
const look = async (table: Table, id: string) => {
  const { version, fields } = await stored(table, id)
  return { version, fields: fields! }
}

test('[P4] the database and the merge find the same fields contested', async () => {
  await fc.assert(
    fc.asyncProperty(anEdit, async (edit) => {
      const change = await lives(edit)
      const found = await asPlanner<{ field: string }>('select field from public.detect_sync_conflicts($1)', [
        JSON.stringify([change]),
      ])
      const { version, fields, fieldVersions, isDeleted } = await stored(edit.table, change.id)
      const judged = contestedFields({
        ...{ collection: collectionOf(edit.table), change },
        stored: { version, fields: fields!, fieldVersions: fieldVersions!, isDeleted },
      })
      expect(found.map(({ field }) => field).sort()).toEqual(judged.contested.map(({ field }) => field).sort())
    }),
    { numRuns: 40 },
  )
})

test('[P13] a batch written at one glance and one that was decided leave the same behind', async () => {
  await fc.assert(
    fc.asyncProperty(anEdit, async (edit) => {
      const [glanced, decided] = [await lives(edit), await lives(edit)]
      // nothing is ever plain beside a change that cannot be read
      const blot = { changeId: randomUUID(), action: 'update', table: 'nowhere', id: randomUUID(), data: {} }
      const one = await planner.sends([glanced])
      const other = await planner.sends([decided, blot])

      expect(endings(other, [decided])).toEqual(endings(one, [glanced]))
      expect(await withoutId(edit.table, decided.id)).toEqual(await withoutId(edit.table, glanced.id))
      const [first, second] = [await wedding.conflictLog(glanced.id), await wedding.conflictLog(decided.id)]
      // when the other side was written is told, and decides nothing
      const told = ({ fields, status }: ConflictRow) => [fields.map(({ serverBy: _, ...field }) => field), status]
      expect(second.map(told)).toEqual(first.map(told))
      // an edit that moved nothing says so on both ways
      for (const [answer, { id }] of [
        [one, glanced],
        [other, decided],
      ] as const) {
        const [record] = await wedding.sql<{ position: string }>(
          'select position from sync.records where record_id = $1',
          [id],
        )
        for (const { version } of answer.body.processed) expect(version).toBe(Number(record!.position))
      }
    }),
    { numRuns: 25 },
  )
})

const withoutId = async (table: string, id: string) => {
  const { id: _, ...row } = (await wedding.stored(table, id)) ?? {}
  return row
}
