// What the catalog of a migrated database shows about every table, function and role, now and after the next migration.
import { expect, test } from 'vitest'
import { aDatabase } from '@wedsync/postgres/testing'
import { allCollections } from '@wedsync/wedding'

const { admin } = await aDatabase()
const listed = async (sql: string): Promise<string[]> =>
  (await admin.query<{ it: string }>(sql)).rows.map(({ it }) => it)
const ours = `c.relnamespace in ('public'::regnamespace, 'sync'::regnamespace) and c.relkind in ('r', 'p')`

test('[P7] every table has row level security, forced, and a policy', async () => {
  expect((await listed(`select c.oid::regclass::text as it from pg_class c where ${ours}`)).length).toBeGreaterThan(20)
  expect(
    await listed(`select c.oid::regclass::text as it from pg_class c where ${ours}
      and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`),
  ).toEqual([])
})

test('[P7] a policy that lets somebody write holds the row before and after, and none speaks to everybody', async () => {
  expect(
    await listed(`select p.polrelid::regclass || '.' || p.polname as it from pg_policy p join pg_class c on c.oid = p.polrelid
      where ${ours} and (p.polcmd in ('w', '*') and (p.polqual is null or p.polwithcheck is null)
                         or p.polcmd = 'a' and p.polwithcheck is null or 0 = any (p.polroles))`),
  ).toEqual([])
})

test('[P7] a policy asks who the caller is once per statement, never once per row', async () => {
  // a call that is not inside its own sub-select runs for every row
  expect(
    await listed(`select p.polrelid::regclass || '.' || p.polname as it from pg_policy p join pg_class c on c.oid = p.polrelid
     cross join lateral concat(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) e (text)
     where ${ours} and regexp_replace(e.text, 'SELECT sync\\.caller_', '', 'g') ~ 'sync\\.caller_'`),
  ).toEqual([])
})

// Functions of ours: what an extension or Supabase brought is not.
const functions = `p.pronamespace in ('public'::regnamespace, 'sync'::regnamespace)
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`

test('[P7] every definer function pins its search path and belongs to the role that owns nothing else', async () => {
  expect(
    await listed(`select p.oid::regprocedure::text as it from pg_proc p where ${functions} and p.prosecdef
      and not exists (select from unnest(p.proconfig) c where c = 'search_path=pg_catalog, pg_temp')`),
  ).toEqual([])
  expect(
    await listed(`select p.oid::regprocedure::text as it from pg_proc p where ${functions} and p.prosecdef
      and p.proowner <> 'wedsync_engine'::regrole order by 1`),
  ).toEqual([
    // reads the record of migrations, which is the migrator's own
    'sync.last_migration()',
  ])
})

test('[P7] invoker functions pin their search path too, but for those that are laid open inside a policy', async () => {
  // a body that was read when its function was made has bound every name then
  expect(
    await listed(`select p.proname as it from pg_proc p where ${functions} and not p.prosecdef
      and not exists (select from unnest(p.proconfig) c where c = 'search_path=pg_catalog, pg_temp')
      and not (p.prolang = (select oid from pg_language where lanname = 'sql') and (p.proname like 'audience_of_%' or p.prosqlbody is not null))`),
  ).toEqual([])
})

test('[P7] nobody runs a function of ours who was not named', async () => {
  expect(
    await listed(`select p.oid::regprocedure::text as it from pg_proc p
      cross join unnest(array['public', 'anon', 'authenticated']) r (role)
      where ${functions} and has_function_privilege(r.role, p.oid, 'execute')`),
  ).toEqual([])
})

test('[P7] what writes functions and rights is for the migrator alone', async () => {
  expect(
    await listed(`select p.proname || ' for ' || r.rolname as it from pg_proc p cross join pg_roles r
      where ${functions} and (r.rolname = 'wedsync_server' or r.rolname like 'app\\_%') and has_function_privilege(r.oid, p.oid, 'execute')
        and p.proname in ('track', 'grant_rights', 'build_capture', 'build_function', 'build_batch_functions', 'close_functions',
                          'load_records', 'tick', 'next_sight')`),
  ).toEqual([])
})

test('[P7] no role passes by row level security or owns a table, but the migrator', async () => {
  expect(await listed(`select rolname::text as it from pg_roles where rolbypassrls or rolsuper order by 1`)).toEqual([
    'postgres',
  ])
  expect(
    await listed(`select distinct c.relowner::regrole::text as it from pg_class c
      where c.relnamespace in ('public'::regnamespace, 'sync'::regnamespace) and c.relkind <> 'c'`),
  ).toEqual(['postgres'])
})

test('[P7] only the server logs in; it owns nothing, inherits nothing, and hands nothing on', async () => {
  expect(
    await listed(`select rolname::text as it from pg_roles where rolcanlogin and rolname not like 'pg\\_%' order by 1`),
  ).toEqual(['postgres', 'wedsync_server'])
  expect(
    await listed(`select rolname::text as it from pg_roles where (rolname like 'app\\_%' or rolname in ('wedsync_server', 'wedsync_engine', 'anon', 'authenticated'))
      and (rolinherit or rolcreaterole or rolcreatedb or rolreplication or rolsuper or rolbypassrls)`),
  ).toEqual([])
  expect(
    await listed(`select d.classid::regclass || ' ' || d.objid as it from pg_shdepend d
      where d.refobjid = 'wedsync_server'::regrole and d.deptype = 'o'`),
  ).toEqual([])
  expect(
    await listed(`select m.roleid::regrole::text as it from pg_auth_members m
      where m.member = 'wedsync_server'::regrole and (m.inherit_option or m.admin_option)`),
  ).toEqual([])
  expect(
    await listed(`select c.oid::regclass::text as it from pg_class c where ${ours}
      and (has_table_privilege('wedsync_server', c.oid, 'select, insert, update, delete, truncate, references, trigger')
           or has_any_column_privilege('wedsync_server', c.oid, 'select, insert, update, references'))`),
  ).toEqual([])
})

test('[P7] no application role may truncate, refer to, or attach anything to a table', async () => {
  expect(
    await listed(`select r.rolname || ' on ' || c.oid::regclass as it from pg_class c cross join pg_roles r
      where ${ours} and (r.rolname like 'app\\_%' or r.rolname in ('wedsync_engine', 'anon', 'authenticated'))
        and has_table_privilege(r.oid, c.oid, 'truncate, references, trigger')`),
  ).toEqual([])
})

test("[P7] of the engine's own tables an application role reads the queries made for it, and nothing else", async () => {
  expect(
    await listed(`select distinct c.oid::regclass::text as it from pg_class c cross join pg_roles r
      where ${ours} and r.rolname like 'app\\_%' and (c.relnamespace = 'sync'::regnamespace or c.relname ~ '^(offline_)?sync_')
        and has_any_column_privilege(r.oid, c.oid, 'select, insert, update, references')`),
  ).toEqual(['sync.role_tables'])
})

test('every table and every column says what it is for', async () => {
  expect(
    await listed(
      `select c.oid::regclass::text as it from pg_class c where ${ours} and obj_description(c.oid, 'pg_class') is null`,
    ),
  ).toEqual([])
  expect(
    await listed(`select c.oid::regclass || '.' || a.attname as it from pg_class c join pg_attribute a on a.attrelid = c.oid
      where ${ours} and a.attnum > 0 and not a.attisdropped and col_description(c.oid, a.attnum) is null order by 1`),
  ).toEqual([])
})

test('every reference has an index behind it, so that a delete never reads a whole table', async () => {
  expect(
    await listed(`select f.conname as it from pg_constraint f join pg_class c on c.oid = f.conrelid
      where ${ours} and f.contype = 'f' and not exists (
        select from pg_index i where i.indrelid = f.conrelid and i.indpred is null
           and (i.indkey::smallint[])[0:cardinality(f.conkey) - 1] @> f.conkey)`),
  ).toEqual([])
})

test('every constraint is named for its table and its kind', async () => {
  expect(
    await listed(`select c.relname || ': ' || k.conname as it from pg_constraint k join pg_class c on c.oid = k.conrelid
      where ${ours} and k.contype <> 'n'
        and k.conname !~ ('^' || c.relname || '_([a-z_]+_)?' || case k.contype when 'p' then 'pkey' when 'u' then 'key' when 'f' then 'fkey' else 'check' end || '$')`),
  ).toEqual([])
  expect(await listed(`select conname as it from pg_constraint where conrelid = 'public.clients'::regclass and contype = 'p'`)).toEqual(['clients_pkey']) // prettier-ignore
})

test('every tracked table is captured whatever is done to it', async () => {
  expect(
    await listed(`select t.name || ': ' || string_agg(g.tgname, ' ' order by g.tgname) as it from sync.tables t
      join pg_trigger g on g.tgrelid = to_regclass(format('public.%I', t.name)) and g.tgname like 'sync\\_%' and g.tgenabled = 'O'
      group by t.name, t.rank having count(*) <> 4 order by t.rank`),
  ).toEqual([])
  expect(await listed('select name as it from sync.tables order by rank')).toHaveLength(allCollections.length + 1)
  // conflicts are records of the feed, kept in a table of another name
  expect(
    await listed(
      `select tgname as it from pg_trigger where tgrelid = 'public.sync_conflict_log'::regclass and tgname like 'sync\\_%' order by 1`,
    ),
  ).toEqual(['sync_feed_insert', 'sync_feed_update'])
})
