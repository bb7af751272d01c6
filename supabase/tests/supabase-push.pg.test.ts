// Pushed to a Supabase project by its command line, or applied by our own runner: the same database, to the last right.
import path from 'node:path'
import pg from 'pg'
import { grantServerLogin, migrate } from '@wedsync/postgres'
import { aDatabase } from '@wedsync/postgres/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { loadDemo } from '../../apps/api/src/demo/load-demo.ts'
import { aServerOn, accountOf, aPhone, recordOf } from '../../packages/server/src/testing/a-wedding.ts'
import { schemaText } from '../../scripts/dump-schema.ts'
import { aSupabase } from './testing/a-supabase.ts'
import { pushLikeSupabase, statementsOf } from './testing/push-like-supabase.ts'

const folder = path.resolve(import.meta.dirname, '../migrations')
const { pusherUrl, ownerUrl, stop } = await aSupabase()
const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 })
const pusher = new pg.Pool({ connectionString: pusherUrl, max: 2 })
afterAll(async () => {
  await Promise.all([owner.end(), pusher.end()])
  await stop()
})
await pushLikeSupabase(pusherUrl, folder)
const { admin: plain } = await aDatabase()

const bothSay = async (sql: string) => {
  const [there, here] = await Promise.all(
    [owner, plain].map(async (one) => (await one.query<{ it: string }>(sql)).rows.map(({ it }) => it)),
  )
  return { there, here }
}
const ours = `('public'::regnamespace, 'sync'::regnamespace)`
const objects = `(
  select 'table' as kind, c.oid::regclass::text as name, coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl, c.relowner as owner
    from pg_class c where c.relnamespace in ${ours} and c.relkind in ('r', 'p', 'v', 'S')
  union all select 'column', a.attrelid::regclass || '.' || a.attname, a.attacl, c.relowner
    from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace in ${ours} and a.attacl is not null
  union all select 'function', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
    from pg_proc p where p.pronamespace in ${ours}
  union all select 'type', t.oid::regtype::text, coalesce(t.typacl, acldefault('T', t.typowner)), t.typowner
    from pg_type t join pg_class c on c.oid = t.typrelid where t.typnamespace in ${ours} and c.relkind = 'c'
  union all select 'schema', n.nspname, n.nspacl, n.nspowner from pg_namespace n where n.oid in ${ours}) o`
const asName = (role: string) => `case when ${role} = 0 then 'everybody' else ${role}::regrole::text end`

describe('what `supabase db push` makes', () => {
  test('is the same schema', async () => {
    const [there, here] = (await Promise.all([owner, plain].map(schemaText))).map(withoutWhatSupabaseOwns)
    expect(there).toBe(here)
  })

  test('has the same functions, to the letter, and the same settings of the engine', async () => {
    for (const sql of [
      `select p.oid::regprocedure || ' ' || md5(p.prosrc) || ' ' || p.proowner::regrole as it from pg_proc p where p.pronamespace in ${ours} order by 1`,
      `select c.oid::regclass || ' ' || c.relowner::regrole || ' ' || coalesce(c.reloptions::text, '') as it from pg_class c where c.relnamespace in ${ours} and c.relkind <> 'i' order by 1`,
      `select to_jsonb(t)::text as it from sync.tables t order by 1`,
      `select to_jsonb(f)::text as it from sync.fields f order by 1`,
      `select to_jsonb(f)::text as it from sync.field_rights f order by 1`,
      `select to_jsonb(r)::text as it from sync.table_rights r order by 1`,
      `select to_jsonb(r)::text as it from sync.role_tables r order by 1`,
      `select role || digest as it from sync.role_digests order by 1`,
    ]) {
      const { there, here } = await bothSay(sql)
      expect(here!.length).toBeGreaterThan(0)
      expect(there).toEqual(here)
    }
  })

  test('[P7] gives everybody the same rights: nothing comes from what Supabase hands out by default', async () => {
    const { there, here } = await bothSay(`
      select o.kind || ' ' || o.name || ': ' || ${asName('a.grantee')} || ' ' || a.privilege_type as it
        from ${objects} cross join lateral aclexplode(o.acl) a where a.grantee <> o.owner order by 1`)
    expect(here!.length).toBeGreaterThan(200)
    // the schema `public` is Supabase's own, and its roles have had it before us
    expect(there!.filter((right) => !here!.includes(right))).toEqual([
      'schema public: postgres USAGE',
      'schema public: service_role USAGE',
    ])
    expect(here!.filter((right) => !there!.includes(right))).toEqual([])
  })

  test.for(['anon', 'authenticated', 'service_role'])(
    '[P7] lets %s touch none of our tables, sequences and functions',
    async (role) => {
      const { rows } = await owner.query<{ it: string }>(
        `select c.oid::regclass::text as it from pg_class c where c.relnamespace in ${ours} and c.relkind in ('r', 'p', 'v')
            and (has_table_privilege($1, c.oid, 'select, insert, update, delete, truncate, references, trigger, maintain')
                 or has_any_column_privilege($1, c.oid, 'select, insert, update, references'))
         union all select c.oid::regclass::text from pg_class c where c.relnamespace in ${ours}
            and case c.relkind when 'S' then has_sequence_privilege($1, c.oid, 'usage, select, update') end
         union all select p.oid::regprocedure::text from pg_proc p where p.pronamespace in ${ours} and has_function_privilege($1, p.oid, 'execute')`,
        [role],
      )
      expect(rows).toEqual([])
    },
  )

  test('is recorded so that our own runner has nothing left to do', async () => {
    expect(await migrate(pusherUrl, folder)).toEqual([])
    const { there, here } = await bothSay(
      `select version || ' ' || name as it from supabase_migrations.schema_migrations order by 1`,
    )
    expect(there).toEqual(here)
  })

  test('serves a phone, with the login that the server makes for itself', async () => {
    await loadDemo(pusher, '2026-06-20')
    const server = await aServerOn(await grantServerLogin(pusherUrl, 'only-for-tests'))
    const { userId, organizationId } = accountOf('planner')
    const fetch = (at: string, init?: RequestInit) => server.api.fetch(new Request(`http://wedsync.test${at}`, init))
    const phone = aPhone({ fetch, userId, organizationId })
    await phone.hears()
    const note = phone.creates('notes', { client_id: recordOf('clients').id, body: 'Written on Supabase' })
    const edit = phone.edits(recordOf('timeline_items'), { title: 'Changed on Supabase' })
    const { body } = await phone.sends([note, edit])
    expect(body.processed.map(({ changeId }) => changeId)).toEqual([note.changeId, edit.changeId])
    await phone.hears()
    expect(phone.shows(note).data).toMatchObject({ body: 'Written on Supabase' })
  })
})

test('a file is cut where a statement ends, and nowhere inside one', () => {
  const statements = [
    `-- first; not here\nselect ';', ";", 'it''s;'`,
    'do $$ begin; end $$',
    'do $body$ select $$;$$; $body$',
    '/* nor; here */ select 1',
    'create rule r as on insert to t do (select 1; select 2)',
  ]
  expect(statementsOf(`${statements.join(';\n')};\n`)).toEqual(statements)
})

/** The API's own roles, and who may look into the schema `auth`: both are Supabase's to say. Nothing of ours calls `auth`. */
const withoutWhatSupabaseOwns = (text: string): string =>
  text.replaceAll(/^role (anon|authenticated).*\n( {2}uses .*\n)?/gm, '').replaceAll(/^( {2}uses )auth, /gm, '$1')
