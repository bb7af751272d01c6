// Who is asking: worked out from the claims and the memberships, for one transaction, and for nobody after it.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { roles } from '@wedsync/protocol'
import { aDatabase } from '@wedsync/postgres/testing'
import { expect, test } from 'vitest'
import { aCompany, claimsOf } from '../testing/a-company.ts'
import { asPerson } from '../testing/as-person.ts'

const { admin, server, serverUrl } = await aDatabase()
const tables = ['people', 'memberships', 'clients', 'assignments', 'vendor_contacts', 'timeline_items', 'notes']
const helpers = ['caller_organization', 'caller_person', 'caller_user', 'caller_role', 'caller_scopes', 'caller_audiences', 'caller_self'] // prettier-ignore
const company = await aCompany(admin)
const other = await aCompany(admin)

const countAll = async (tx: pg.PoolClient): Promise<number> => {
  let seen = 0
  for (const table of tables) {
    await tx.query('savepoint here')
    seen += await tx.query(`select from public.${table}`).then(({ rowCount }) => rowCount ?? 0, () => 0) // prettier-ignore
    await tx.query('rollback to here')
  }
  return seen
}

test.each(roles)(
  '[P7] %s becomes the database role of that name, and is known by everything about them',
  async (role) => {
    const me = company.people[role]
    await asPerson(server, me.claims, async (tx, assumed) => {
      expect(assumed).toBe(role)
      const { rows } = await tx.query<Record<string, unknown>>(`select current_user::text as "is", ${helpers.map((one) => `sync.${one}()`).join(', ')}, auth.uid()`) // prettier-ignore
      const [it] = rows
      expect(it).toMatchObject({ is: `app_${role}`, caller_organization: company.id, caller_person: me.personId, caller_role: role, uid: me.userId }) // prettier-ignore
      const weddings = role === 'owner' ? company.weddings : [company.weddings[0]]
      expect([...(it!['caller_scopes'] as string[])].sort()).toEqual([company.id, ...weddings].sort())
      expect(it!['caller_self']).toEqual(role === 'vendor' ? [`vendor:${company.vendorContact}`] : [])
    })
  },
)

test.each([
  ['no claims at all', ''],
  ['no organization', JSON.stringify({ sub: company.people.owner.userId })],
  ['an account nobody knows', claimsOf(randomUUID(), company.id)],
  ['an account of another company', claimsOf(company.people.owner.userId, other.id)],
  ['a role in the token', JSON.stringify({ sub: randomUUID(), role: 'app_owner', app_metadata: { organization_id: company.id, role: 'owner' } })], // prettier-ignore
])('[P7] %s is a stranger who sees nothing', async (_, claims) => {
  await asPerson(server, claims, async (tx, role) => {
    expect(role).toBe('nobody')
    expect(await countAll(tx)).toBe(0)
    for (const helper of helpers.filter((one) => one !== 'caller_user'))
      expect((await tx.query<{ it: unknown }>(`select sync.${helper}() as it`)).rows[0]!.it, helper).toBeNull()
  })
})

test('[P7] claims of one person under the role of another see nothing, all ways round', async () => {
  for (const mine of roles)
    for (const wrong of roles.filter((role) => role !== mine))
      await asPerson(server, company.people[mine].claims, async (tx) => {
        // the server may become any application role; the claims stay
        await tx.query('reset role')
        await tx.query(`set local role app_${wrong}`)
        expect(await countAll(tx), `${mine} as ${wrong}`).toBe(0)
        expect((await tx.query<{ it: unknown }>('select sync.caller_organization() as it')).rows[0]!.it).toBeNull()
      })
})

test('[P7] claims that are exchanged in the middle of a transaction take what was remembered with them', async () => {
  await asPerson(server, company.people.owner.claims, async (tx) => {
    expect(await countAll(tx)).toBeGreaterThan(0)
    await tx.query(`select set_config('request.jwt.claims', $1, true)`, [other.people.planner.claims])
    expect(await countAll(tx)).toBe(0)
    await tx.query(`select set_config('request.jwt.claims', $1, true)`, [other.people.owner.claims])
    const { rows } = await tx.query<{ organization_id: string }>('select organization_id from public.clients')
    expect(new Set(rows.map((row) => row.organization_id))).toEqual(new Set([other.id]))
  })
})

test('[P7] an application role cannot become another person, another role, or the server', async () => {
  await asPerson(server, company.people.viewer.claims, async (tx) => {
    for (const sql of [
      `select sync.assume_caller('${company.people.owner.claims}')`,
      `select sync.pull_page('', '{}')`,
      'select sync.read_cursor_key()',
      `select sync.receive_batch('', '{}')`,
      `select sync.lock_clients('${other.id}', array['${other.weddings[0]}']::uuid[], false)`,
    ]) {
      // prettier-ignore
      await tx.query('savepoint here')
      await expect(tx.query(sql)).rejects.toMatchObject({ code: '42501' })
      await tx.query('rollback to here')
    }
  })
})

test('[P7] after a transaction nothing of the caller is left on the connection, however it ended', async () => {
  const pool = new pg.Pool({ connectionString: serverUrl, max: 1 })
  const left = async () => {
    const names = ['request.jwt.claims', 'role', 'sync.caller_is', 'sync.caller_scopes', 'sync.caller_audiences', 'sync.device_id', 'sync.change_ids'] // prettier-ignore
    const { rows } = await pool.query<{ is: string; left: string[] }>(`select current_user::text as "is", array(select nullif(current_setting(n, true), '') from unnest($1::text[]) n) as left`, [names]) // prettier-ignore
    return { is: rows[0]!.is, left: rows[0]!.left.filter((value) => value !== null && value !== 'none') }
  }
  const claims = company.people.owner.claims
  const nothing = { is: 'wedsync_server', left: [] }

  await asPerson(pool, claims, (tx) => tx.query('select 1'), 'commit')
  expect(await left()).toEqual(nothing)
  await asPerson(pool, claims, (tx) => tx.query('select 1'), 'rollback')
  expect(await left()).toEqual(nothing)
  await asPerson(pool, claims, (tx) => tx.query('select 1/0')).catch(() => undefined)
  expect(await left()).toEqual(nothing)
  await pool.query('select sync.assume_caller($1)', [claims])
  expect(await left()).toEqual(nothing)
  await pool.query(`select sync.pull_page($1, '{"deviceId": null, "cursor": null, "scopes": null, "limit": 10}')`, [claims]) // prettier-ignore
  expect(await left()).toEqual(nothing)
  await expect(pool.query('select from public.clients')).rejects.toMatchObject({ code: '42501' })
  await pool.end()
})

test('[P7] two people on one connection never meet', async () => {
  const pool = new pg.Pool({ connectionString: serverUrl, max: 1 })
  for (const { people, id } of [company, other, company, other])
    for (const role of ['owner', 'viewer', 'planner'] as const)
      await asPerson(pool, people[role].claims, async (tx) => {
        const { rows } = await tx.query<{ id: string }>('select organization_id as id from public.clients')
        expect(new Set(rows.map((row) => row.id))).toEqual(new Set([id]))
      }, 'commit') // prettier-ignore
  await pool.end()
})

test('[P7] a wedding that a planner makes is theirs in the same transaction, and they lead it', async () => {
  const wedding = randomUUID()
  await asPerson(server, company.people.planner.claims, async (tx) => {
    await tx.query(`insert into public.clients (id, organization_id, names, wedding_date, time_zone) values ($1, $2, 'C & D', '2026-07-01', 'Europe/Paris')`, [wedding, company.id]) // prettier-ignore
    expect((await tx.query('select from public.clients where id = $1', [wedding])).rowCount).toBe(1)
    const { rows } = await tx.query<{ leads: string[] }>('select sync.caller_leads() as leads')
    expect(rows[0]!.leads).toEqual([wedding])
    await tx.query(`insert into public.notes (id, organization_id, client_id, body) values ($1, $2, $3, 'first')`, [randomUUID(), company.id, wedding]) // prettier-ignore
  })
})

test('[P8] a stranger with a cursor hears that everything they held is gone, and no more', async () => {
  const mine = await aCompany(admin)
  const ask = async (cursor: unknown) => {
    const { rows } = await server.query<{ page: string }>('select sync.pull_page($1, $2) as page', [mine.people.assistant.claims, JSON.stringify({ deviceId: randomUUID(), cursor, scopes: null, limit: 500, device: {} })]) // prettier-ignore
    return JSON.parse(rows[0]!.page) as { changes: unknown[]; revoked: string[]; scopes: object; settled: unknown[] }
  }
  const first = await ask(null)
  expect(first.changes.length).toBeGreaterThan(0)
  await admin.query('delete from memberships where user_id = $1', [mine.people.assistant.userId])
  const after = await ask(first)
  expect(after).toMatchObject({ changes: [], settled: [], scopes: {} })
  expect([...after.revoked].sort()).toEqual([mine.id, mine.weddings[0]].sort())
})
