// The rights as they are declared, held against what PostgreSQL does: every role, table, row, column and action, tried as
// the server would after sync.assume_caller. Every cell is one statement of its own, undone at once.
import { randomUUID } from 'node:crypto'
import { roles, type Role } from '@wedsync/protocol'
import { rightsOf, type Collection, type Condition } from '@wedsync/merge'
import { allCollections } from '@wedsync/wedding'
import { aDatabase } from '@wedsync/postgres/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { aCompany, claimsOf, insertRows, type Company } from '../testing/a-company.ts'
import { asPerson } from '../testing/as-person.ts'

type Row = { id: string; organization_id: string; client_id?: string } & Record<string, unknown>
type Cell = { what: string; sql: string; isAllowed: boolean }

const { admin, server } = await aDatabase()
const ours = await aFullCompany()
const theirs = await aFullCompany()
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
  end $$`)

describe.each(roles.map((role) => [role] as const))('%s', (role) => {
  const me = ours.people[role]

  test.each(allCollections.map((collection) => [collection.name, collection] as const))(
    '[P7] %s',
    async (_, collection) => {
      const wrong = await tried(me.claims, [...readCells(collection, role), ...writeCells(collection, role), ...createCells(collection, role)]) // prettier-ignore
      expect(wrong).toEqual([])
    },
  )

  test('[P7] a statement that names no row reaches only what this role may write', async () => {
    const blind = allCollections.flatMap((collection): (Cell & { rows: number })[] => {
      const { changes, mayDelete } = rightsOf(collection, role)
      const writable = rows.get(collection.name)!.filter((row) => isWritable(collection, role, row))
      const [column] = changes
      return [
        ...(column ? [{ what: 'update', sql: `update public.${collection.name} set ${column} = ${literal(collection.name, column, writable[0] ?? rows.get(collection.name)![0]!)}`, isAllowed: true, rows: writable.length }] : []), // prettier-ignore
        ...(mayDelete ? [{ what: 'delete', sql: `delete from public.${collection.name}`, isAllowed: true, rows: writable.length }] : []), // prettier-ignore
      ]
    })
    cells += blind.length
    expect(await attempts(me.claims, blind)).toEqual(blind.map(({ rows: count }) => String(count)))
  })

  test('[P7] nothing can be moved to where this role may not write', async () => {
    const moves = allCollections.flatMap(({ name, scope, isScope }): Cell[] => {
      const own = rows.get(name)!.filter((row) => row.organization_id === ours.id)
      return own.flatMap(({ id }) => [
        { what: 'to another id', sql: `update public.${name} set id = '${randomUUID()}' where id = '${id}'`, isAllowed: false }, // prettier-ignore
        { what: 'to another organization', sql: `update public.${name} set organization_id = '${theirs.id}' where id = '${id}'`, isAllowed: false }, // prettier-ignore
        ...(scope === 'wedding' && !isScope
          ? ours.weddings.map((wedding) => ({ what: 'to a wedding', sql: `update public.${name} set client_id = '${wedding}' where id = '${id}'`, isAllowed: false })) // prettier-ignore
          : []),
      ])
    })
    expect(await tried(me.claims, moves)).toEqual([])
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
  const company = await aFullCompany()
  await admin.query('delete from assignments where organization_id = $1', [company.id])
  await admin.query('update vendor_contacts set person_id = null where organization_id = $1', [company.id])
  for (const role of roles.filter((role) => role !== 'owner')) {
    const answers = await attempts(
      company.people[role].claims,
      ['clients', 'vendor_contacts', 'timeline_items', 'notes'].map((table) => ({
        sql: `select id from public.${table}`,
      })),
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
  const wrong = await tried(ours.people[role].claims, [...readCells(collection, role), ...writeCells(collection, role)])
  await admin.query(back)
  cells = cellsBefore
  expect(wrong.length).toBeGreaterThan(0)
})

// ---- cells

function readCells(collection: Collection, role: Role): Cell[] {
  const { reads } = rightsOf(collection, role)
  const all = [...collection.fieldNames, 'id', 'organization_id', ...(collection.isScope ? ['client_id'] : [])]
  const isReadable = (field: string) =>
    reads.includes(field) || (reads.length > 0 && !collection.fieldNames.includes(field))
  return rows.get(collection.name)!.flatMap((row) =>
    all.map((field) => ({
      what: `select ${field} of ${rowWords(collection, row)}`,
      sql: `select ${field} from public.${collection.name} where id = '${row.id}'`,
      isAllowed: isReadable(field) && isVisible(collection, role, row),
    })),
  )
}

function writeCells(collection: Collection, role: Role): Cell[] {
  const { changes, mayDelete } = rightsOf(collection, role)
  return rows.get(collection.name)!.flatMap((row) => [
    ...collection.fieldNames.map((field) => ({
      what: `update ${field} of ${rowWords(collection, row)}`,
      sql: `update public.${collection.name} set ${field} = ${literal(collection.name, field, row)} where id = '${row.id}'`,
      isAllowed: changes.includes(field) && isWritable(collection, role, row),
    })),
    {
      what: `delete ${rowWords(collection, row)}`,
      sql: `delete from public.${collection.name} where id = '${row.id}'`,
      isAllowed: mayDelete && isWritable(collection, role, row),
    },
  ])
}

// A new record like each of those that are there: what keys forbid is not what rights forbid, so a twin counts as allowed.
function createCells(collection: Collection, role: Role): Cell[] {
  const { mayCreate, gives, writesOnly } = rightsOf(collection, role)
  const closed = collection.fieldNames.filter((field) => !gives.includes(field))
  return rows.get(collection.name)!.flatMap((like) => {
    const row = { ...like, id: randomUUID() }
    const isPlaced = row.organization_id === ours.id && (collection.isScope || isInScope(collection, role, row))
    const isMine = writesOnly.length === 0 || writesOnly.some((where) => holds(where, role, row))
    return [
      { what: `create like ${rowWords(collection, like)}`, sql: insertion(collection.name, row, gives), isAllowed: mayCreate && isPlaced && isMine }, // prettier-ignore
      ...closed.map((field) => ({ what: `create with ${field}`, sql: insertion(collection.name, row, [...gives, field]), isAllowed: false })), // prettier-ignore
    ]
  })
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

// ---- a company in which every kind of row is there, in both of its weddings

async function aFullCompany(): Promise<Company> {
  const company = await aCompany(admin)
  const { id: organization_id, weddings, people, vendorContact } = company
  const at = (client_id: string, more: object) => ({ id: randomUUID(), organization_id, client_id, ...more })
  await insertRows(admin, 'assignments', [
    { ...at(weddings[1], {}), person_id: people.vendor.personId, is_lead: false },
  ])
  for (const wedding of weddings) {
    await insertRows(admin, 'vendor_contacts', [false, true].map((shared) => at(wedding, { company: 'Band', shared_with_vendors: shared, phones: {}, arrival_status: 'booked', insurance_ok: false }))) // prettier-ignore
    const items = [
      { guest_visible: false },
      { guest_visible: true },
      { guest_visible: false, vendor_id: vendorContact },
    ]
    await insertRows(admin, 'timeline_items', items.map((item) => at(wedding, { title: 'Cake', kind: 'meal', duration_min: 5, anchor: 'soft', compressible: false, participant_ids: [], key_moment: false, locked: false, status: 'planned', vendor_id: null, internal_note: 'hush', cue: 'wink', ...item }))) // prettier-ignore
    await insertRows(admin, 'notes', ['team', 'venue', 'vendor', 'couple', 'all'].map((visibility) => at(wedding, { body: 'x', category: 'idea', priority: 'low', visibility }))) // prettier-ignore
  }
  return company
}
