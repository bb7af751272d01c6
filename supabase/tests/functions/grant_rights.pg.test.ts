// The rights as they are declared, held against what PostgreSQL does: every role, table, row, column and action, tried as
// the server would after sync.assume_caller, and undone at once. A column right knows no rows and a policy no columns, so
// one statement tells of a column for all rows, and one of a row for all columns.
import { randomUUID } from 'node:crypto'
import { roles, type Role } from '@wedsync/protocol'
import { rightsOf, type Collection, type Condition } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { aDatabase } from '@wedsync/postgres/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { aCompany, claimsOf } from '../testing/a-company.ts'
import { aFullCompany } from '../testing/a-full-company.ts'
import { asPerson } from '../testing/as-person.ts'

type Row = { id: string; organization_id: string; client_id?: string } & Record<string, unknown>
type Cell = { what: string; sql: string; isAllowed: boolean }

const { admin, server } = await aDatabase()
const ours = await aFullCompany(admin)
const theirs = await aFullCompany(admin)
const rows = new Map(
  await Promise.all(
    allCollections.map(async ({ name }) => {
      const found = await admin.query<{ row: Row }>(`select to_json(t) as row from public.${name} t order by id`)
      return [name, found.rows.map(({ row }) => row)] as const
    }),
  ),
)
let cells = 0
afterAll(() => {
  console.info(`rights: ${cells} cells`)
})

// In the test's database only: tries statements as whoever calls it, and undoes each. Answers rows, or the error's code.
await admin.query(`
  create function public.attempts(p_statements text[]) returns text[] language plpgsql as $$
  declare
    v_answers text[] := '{}';
    v_sql text;
    v_rows integer;
  begin
    foreach v_sql in array p_statements loop
      begin
        execute v_sql;
        get diagnostics v_rows = row_count;
        raise exception using errcode = 'ZZ001', message = v_rows;
      exception
        when sqlstate 'ZZ001' then v_answers := v_answers || sqlerrm;
        when others then v_answers := v_answers || sqlstate;
      end;
    end loop;
    return v_answers;
  end $$;
  -- tries statements that read; answers the ids each shows, or the error's code
  create function public.sights(p_statements text[]) returns text[] language plpgsql as $$
  declare
    v_answers text[] := '{}';
    v_sql text;
    v_ids text;
  begin
    foreach v_sql in array p_statements loop
      begin
        execute format('select string_agg(id::text, '' '' order by id) from (%s offset 0) x', v_sql) into v_ids;
        v_answers := v_answers || coalesce(v_ids, '');
      exception when others then v_answers := v_answers || sqlstate;
      end;
    end loop;
    return v_answers;
  end $$`)

describe.each(roles.map((role) => [role] as const))('%s', (role) => {
  const me = ours.people[role]

  test.each(allCollections.map((collection) => [collection.name, collection] as const))(
    '[P7] %s',
    async (_, collection) => {
      const wrong = [
        ...(await misread(me.claims, collection, role)),
        ...(await tried(me.claims, [...writeCells(collection, role), ...createCells(collection, role)])),
      ]
      expect(wrong).toEqual([])
    },
  )

  test('[P7] a statement that names no row reaches only what this role may write', async () => {
    const blind = allCollections.flatMap((collection): (Cell & { answer: string })[] => {
      const { name, refersTo } = collection
      const { changes, mayDelete } = rightsOf(collection, role)
      const writable = rows.get(name)!.filter((row) => isWritable(collection, role, row))
      // what refers to a record of one wedding cannot hold for those of another
      const column = changes.find((field) => !Object.hasOwn(refersTo, field))
      const isNeeded = allCollections.some((other) => Object.values(other.refersTo).some((to) => to.table === name && to.onDelete === 'refuse')) // prettier-ignore
      const reached = String(writable.length)
      return [
        ...(column ? [{ what: `update ${name}`, sql: `update public.${name} set ${column} = ${literal(name, column, writable[0] ?? rows.get(name)![0]!)}`, isAllowed: true, answer: reached }] : []), // prettier-ignore
        ...(mayDelete ? [{ what: `delete ${name}`, sql: `delete from public.${name}`, isAllowed: true, answer: isNeeded ? '23503' : reached }] : []), // prettier-ignore
      ]
    })
    cells += blind.length
    const told = (answers: string[]) => blind.map(({ what }, index) => `${what}: ${answers[index]!}`)
    expect(told(await attempts(me.claims, blind))).toEqual(told(blind.map(({ answer }) => answer)))
  })

  test('[P7] nothing can be moved to where this role may not write', async () => {
    const moves = allCollections.flatMap(({ name, scope, isScope }): Cell[] => [
      { what: 'to another id', sql: `update public.${name} set id = '${randomUUID()}'`, isAllowed: false },
      { what: 'to another organization', sql: `update public.${name} set organization_id = '${theirs.id}'`, isAllowed: false }, // prettier-ignore
      ...(scope === 'wedding' && !isScope
        ? ours.weddings.map((wedding) => ({ what: 'to a wedding', sql: `update public.${name} set client_id = '${wedding}'`, isAllowed: false })) // prettier-ignore
        : []),
    ])
    // by a right that was never given: not because a policy happened to hide the row
    expect([...new Set(await attempts(me.claims, moves))]).toEqual(['42501'])
    cells += moves.length
  })
})

test('[P7] a stranger, and somebody whose membership was taken away, reach nothing at all', async () => {
  const revoked = await aCompany(admin)
  for (const [table, list] of Object.entries({ clients: [revoked.weddings[0]] }))
    expect((await attempts(revoked.people.owner.claims, list.map((id) => ({ sql: `select names from public.${table} where id = '${id}'` })))).join()).toBe('1') // prettier-ignore
  await admin.query('delete from memberships where organization_id = $1', [revoked.id])
  const everything = allCollections.flatMap((collection): Cell[] => {
    const { name, fieldNames } = collection
    const [row] = rows.get(name)!
    return [
      ...fieldNames.map((field) => ({ what: field, sql: `select ${field} from public.${name}`, isAllowed: false })),
      { what: 'update', sql: `update public.${name} set ${fieldNames[0]!} = null`, isAllowed: false },
      { what: 'delete', sql: `delete from public.${name}`, isAllowed: false },
      { what: 'insert', sql: insertion(name, row!, fieldNames), isAllowed: false },
    ]
  })
  const nobodies = [claimsOf(randomUUID(), ours.id), claimsOf(ours.people.owner.userId, theirs.id), revoked.people.owner.claims, revoked.people.vendor.claims] // prettier-ignore
  for (const claims of nobodies) expect(await tried(claims, everything)).toEqual([])
})

test('[P7] a wedding that was taken away is out of sight at once, and out of reach', async () => {
  const company = await aFullCompany(admin)
  await admin.query('delete from assignments where organization_id = $1', [company.id])
  await admin.query('update vendor_contacts set person_id = null where organization_id = $1', [company.id])
  for (const role of roles.filter((role) => role !== 'owner')) {
    const answers = await attempts(
      company.people[role].claims,
      allCollections.flatMap(({ name, scope }) => (scope === 'wedding' ? [{ sql: `select id from public.${name}` }] : [])), // prettier-ignore
    )
    cells += answers.length
    expect(
      answers.every((answer) => answer === '0' || answer === '42501'),
      `${role}: ${answers.join()}`,
    ).toBe(true)
  }
})

// prettier-ignore
test.each([
  ['a column too many to write', 'grant update (client_id) on timeline_items to app_planner', 'revoke update (client_id) on timeline_items from app_planner', 'planner', 'timeline_items'],
  ['a column too many to read', 'grant select (internal_note) on timeline_items to app_viewer', 'revoke select (internal_note) on timeline_items from app_viewer', 'viewer', 'timeline_items'],
  ['a column too few', 'revoke select (cue) on timeline_items from app_vendor', 'grant select (cue) on timeline_items to app_vendor', 'vendor', 'timeline_items'],
  ['a policy that forgets the wedding', 'create policy slip on notes for select to app_couple using (true)', 'drop policy slip on notes', 'couple', 'notes'],
] as const)('this account of the rights notices %s', async (_, slip, back, role, table) => {
  const collection = allCollections.find(({ name }) => name === table)!
  const cellsBefore = cells
  await admin.query(slip)
  const wrong = [
    ...(await misread(ours.people[role].claims, collection, role)),
    ...(await tried(ours.people[role].claims, writeCells(collection, role))),
  ]
  await admin.query(back)
  cells = cellsBefore
  expect(wrong.length).toBeGreaterThan(0)
})

// ---- cells

/** Where what a person of this role sees of a column, row by row, is not what is declared. */
async function misread(claims: string, collection: Collection, role: Role): Promise<string[]> {
  const { name, fieldNames, isScope } = collection
  const { reads } = rightsOf(collection, role)
  const all = [...fieldNames, 'id', 'organization_id', ...(isScope ? ['client_id'] : [])]
  const isReadable = (field: string) => reads.includes(field) || (reads.length > 0 && !fieldNames.includes(field))
  const visible = rows.get(name)!.flatMap((row) => (isVisible(collection, role, row) ? [row.id] : []))
  const shown = await asPerson(server, claims, async (tx) => {
    const statements = all.map((field) => `select id, ${field} as shown from public.${name}`)
    return (await tx.query<{ answers: string[] }>('select public.sights($1) as answers', [statements])).rows[0]!.answers
  })
  cells += all.length * rows.get(name)!.length
  return all.flatMap((field, index) => {
    const should = isReadable(field) ? visible.join(' ') : '42501'
    return shown[index] === should ? [] : [`select ${field} of ${name}: should show "${should}", showed "${shown[index]!}"`] // prettier-ignore
  })
}

function writeCells(collection: Collection, role: Role): Cell[] {
  const { name, fieldNames } = collection
  const { changes, mayDelete } = rightsOf(collection, role)
  const list = rows.get(name)!
  // a closed column is tried on a row that nothing else keeps this role from
  const like = list.find((row) => isWritable(collection, role, row)) ?? list.find((row) => isVisible(collection, role, row)) ?? list[0]! // prettier-ignore
  const setting = (row: Row, fields: readonly string[]) =>
    `update public.${name} set ${fields.map((field) => `${field} = ${literal(name, field, row)}`).join(', ')} where id = '${row.id}'`
  return [
    ...fieldNames
      .filter((field) => !changes.includes(field))
      .map((field) => ({ what: `update ${field} of ${name}`, sql: setting(like, [field]), isAllowed: false })),
    ...list.flatMap((row) => [
      ...(changes.length > 0
        ? [{ what: `update ${rowWords(collection, row)}`, sql: setting(row, changes), isAllowed: isWritable(collection, role, row) }] // prettier-ignore
        : []),
      {
        what: `delete ${rowWords(collection, row)}`,
        sql: `delete from public.${name} where id = '${row.id}'`,
        isAllowed: mayDelete && isWritable(collection, role, row),
      },
    ]),
  ]
}

// A new record like each of those that are there: what keys forbid is not what rights forbid, so a twin counts as allowed.
function createCells(collection: Collection, role: Role): Cell[] {
  const { name, fieldNames, isScope } = collection
  const { mayCreate, gives, writesOnly } = rightsOf(collection, role)
  const list = rows.get(name)!.map((like) => ({ ...like, id: randomUUID() }))
  const isAllowed = (row: Row) =>
    mayCreate &&
    row.organization_id === ours.id &&
    (isScope || isInScope(collection, role, row)) &&
    (writesOnly.length === 0 || writesOnly.some((where) => holds(where, role, row)))
  const like = list.find(isAllowed) ?? list[0]!
  return [
    ...list.map((row) => ({ what: `create like ${rowWords(collection, row)}`, sql: insertion(name, row, gives), isAllowed: isAllowed(row) })), // prettier-ignore
    ...fieldNames
      .filter((field) => !gives.includes(field))
      .map((field) => ({ what: `create with ${field}`, sql: insertion(name, like, [...gives, field]), isAllowed: false })), // prettier-ignore
  ]
}

function insertion(table: string, row: Row, fields: readonly string[]): string {
  const names = ['id', 'organization_id', ...fields].join(', ')
  return `insert into public.${table} (${names}) select ${names} from jsonb_populate_record(null::public.${table}, ${quoted(JSON.stringify(row))})`
}

function literal(table: string, field: string, row: Row): string {
  return `(jsonb_populate_record(null::public.${table}, ${quoted(JSON.stringify({ [field]: row[field] }))})).${field}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

const rowWords = (collection: Collection, row: Row): string =>
  `${collection.name} ${row.organization_id === ours.id ? '' : 'of another organization '}${JSON.stringify(row)}`

// ---- what is declared, read anew

function isVisible(collection: Collection, role: Role, row: Row): boolean {
  return isInScope(collection, role, row) && rightsOf(collection, role).sees.some((where) => holds(where, role, row))
}

function isWritable(collection: Collection, role: Role, row: Row): boolean {
  const { writesOnly } = rightsOf(collection, role)
  return isVisible(collection, role, row) && (writesOnly.length === 0 || writesOnly.some((where) => holds(where, role, row))) // prettier-ignore
}

function isInScope(collection: Collection, role: Role, row: Row): boolean {
  if (row.organization_id !== ours.id) return false
  return collection.scope === 'organization' || scopesOf(role).includes(row.client_id!)
}

function scopesOf(role: Role): string[] {
  return role === 'owner' ? ours.weddings : [ours.weddings[0]]
}

function holds(where: Condition, role: Role, row: Row): boolean {
  const value = where.is === 'any' ? null : row[where.field]
  if (where.is === 'any') return true
  if (where.is === 'one-of') return where.values.includes(value as string)
  if (where.is === 'me') return value === ours.people[role].personId
  if (where.is === 'my-wedding') return scopesOf(role).includes(value as string)
  if (where.is === 'mine') return role === 'vendor' && value === ours.vendorContact
  throw new Error(`no account of "${where.is}" yet`)
}

// ---- trying

async function tried(claims: string, wanted: Cell[]): Promise<string[]> {
  cells += wanted.length
  const answers = await attempts(claims, wanted)
  // 42501 and no row are two ways to say no; a broken key is a yes that met a constraint
  const isYes = (answer: string) => answer === '1' || /^23/.test(answer)
  return wanted.flatMap(
    ({ what, isAllowed }, index) =>
    isYes(answers[index]!) === isAllowed ? [] : [`${what}: ${isAllowed ? 'should be allowed' : 'should be refused'}, got ${answers[index]!}`], // prettier-ignore
  )
}

async function attempts(claims: string, wanted: { sql: string }[]): Promise<string[]> {
  return await asPerson(server, claims, async (tx) => {
    const { rows: answers } = await tx.query<{ answers: string[] }>('select public.attempts($1) as answers', [wanted.map(({ sql }) => sql)]) // prettier-ignore
    return answers[0]!.answers
  })
}
