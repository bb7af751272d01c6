// Writes supabase/schema.sql: what all migrations add up to, read from the catalog of a freshly migrated database.
// For reading and for comparing; nobody runs it. `npm run db:schema`.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { migrate } from '@wedsync/postgres'
import { startThrowAwayCluster } from '@wedsync/postgres/testing'

const ours = `('public'::regnamespace, 'sync'::regnamespace)`
const roles = `(select r.oid, r.rolname from pg_roles r where r.rolname like 'app\\_%' or r.rolname in ('anon', 'authenticated', 'wedsync_server', 'wedsync_engine'))`
const names = (array: string) =>
  `(select string_agg(x::regrole::text, ', ' order by x::regrole::text) from unnest(${array}) x where x <> 0)`

// Each answers lines `(place, line)`; places sort them.
const tables = `
  select c.oid::regclass::text as place, array_to_string(array[
      '-- ' || obj_description(c.oid, 'pg_class'),
      'create table ' || c.oid::regclass || ' (' ] || array(
        select '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
            || case a.attgenerated when 's' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored' else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end
            || case a.attidentity when 'a' then ' generated always as identity' else '' end || ','
            || coalesce('  -- ' || col_description(c.oid, a.attnum), '')
          from pg_attribute a left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum)
      || array(select '  constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) || ',' from pg_constraint k
                where k.conrelid = c.oid and k.contype <> 'n' order by position(k.contype::text in 'pufc'), k.conname)
      || array[')' || coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '') || ';']
      || array(select pg_get_indexdef(i.indexrelid) || ';' from pg_index i where i.indrelid = c.oid
                  and not exists (select from pg_constraint k where k.conindid = i.indexrelid) order by i.indexrelid::regclass::text)
      || array(select pg_get_triggerdef(t.oid) || ';' from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal order by t.tgname)
      || array[case when c.relrowsecurity then 'row level security' || case when c.relforcerowsecurity then ', forced' else '' end else 'no row level security' end]
      || array(select 'policy ' || p.polname || ' for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
                   || ' to ' || coalesce(${names('p.polroles')}, 'public')
                   || coalesce(E'\\n  using ' || pg_get_expr(p.polqual, p.polrelid), '') || coalesce(E'\\n  with check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')
                 from pg_policy p where p.polrelid = c.oid order by p.polname)
      || array(select 'grant ' || g.what || ' to ' || string_agg(g.rolname, ', ' order by g.rolname) from (
                 select r.rolname, string_agg(w.privilege, ', ' order by w.privilege) as what from ${roles} r
                  cross join lateral (
                    select v.privilege || case when has_table_privilege(r.oid, c.oid, v.privilege) then '' else
                             (select ' (' || string_agg(a.attname, ', ' order by a.attnum) || ')' from pg_attribute a
                               where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege(r.oid, c.oid, a.attnum, v.privilege)) end as privilege
                      from unnest(array['select', 'insert', 'update', 'references']) v (privilege)
                     where has_any_column_privilege(r.oid, c.oid, v.privilege)
                    union all select v.privilege from unnest(array['delete', 'truncate', 'trigger']) v (privilege) where has_table_privilege(r.oid, c.oid, v.privilege)) w
                  group by r.rolname) g group by g.what order by g.what), E'\\n') as line
    from pg_class c where c.relnamespace in ${ours} and c.relkind in ('r', 'p')`

const views = `
  select c.oid::regclass::text as place, 'create view ' || c.oid::regclass || ' as' || pg_get_viewdef(c.oid) as line
    from pg_class c where c.relnamespace in ${ours} and c.relkind = 'v'`

const types = `
  select t.oid::regtype::text as place, 'create type ' || t.oid::regtype || ' as ('
      || (select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
      || ');' || coalesce('  -- ' || obj_description(t.oid, 'pg_type'), '') as line
    from pg_type t join pg_class c on c.oid = t.typrelid where t.typnamespace in ${ours} and c.relkind = 'c'`

const functions = `
  select p.oid::regprocedure::text as place, 'function ' || p.oid::regprocedure || ' returns ' || pg_get_function_result(p.oid)
      || case when p.prosecdef then E'\\n  as ' || p.proowner::regrole else E'\\n  as who calls it' end
      || ', ' || case p.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end
      || coalesce(', set ' || array_to_string(p.proconfig, '; '), '')
      || coalesce(E'\\n  for ' || (select string_agg(r.rolname, ', ' order by r.rolname) from ${roles} r where r.oid <> p.proowner and has_function_privilege(r.oid, p.oid, 'execute')), '') as line
    from pg_proc p where p.pronamespace in ${ours} and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`

const members = `
  select r.rolname as place, 'role ' || r.rolname || case when r.rolcanlogin then ', logs in' else '' end || case when r.rolinherit then ', inherits' else '' end
      || case when r.rolbypassrls then ', bypasses row level security' else '' end
      || coalesce(E'\\n  may become ' || (select string_agg(m.roleid::regrole::text, ', ' order by m.roleid::regrole::text) from pg_auth_members m where m.member = r.oid), '')
      || coalesce(E'\\n  uses ' || (select string_agg(n.nspname, ', ' order by n.nspname) from pg_namespace n where n.nspname in ('public', 'sync', 'auth') and has_schema_privilege(r.oid, n.oid, 'usage')), '')
      || coalesce(E'\\n  creates in ' || (select string_agg(n.nspname, ', ' order by n.nspname) from pg_namespace n where n.nspname in ('public', 'sync', 'auth') and has_schema_privilege(r.oid, n.oid, 'create')), '') as line
    from pg_roles r where r.oid in (select oid from ${roles} x)`

/** The whole text, from any migrated database. */
export const schemaText = async (admin: pg.Pool | pg.Client): Promise<string> => {
  const chapters = { Roles: members, Types: types, Tables: tables, Views: views, Functions: functions }
  const parts: string[] = [opening]
  for (const [title, sql] of Object.entries(chapters)) {
    const { rows } = await admin.query<{ line: string }>(`select line from (${sql}) x order by place collate "C"`)
    if (rows.length > 0) parts.push(`-- ${title}\n`, ...rows.map(({ line }) => `${line}\n`))
  }
  return parts.join('\n')
}

const opening = `-- What all migrations add up to. Written by \`npm run db:schema\` from a migrated database, compared with one by a test.
-- For reading: the migrations beside it are what runs. Bodies of functions are in sql/functions.
`

if (import.meta.main) {
  const home = path.resolve(import.meta.dirname, '../supabase')
  const cluster = await startThrowAwayCluster()
  try {
    await migrate(cluster.adminUrl, path.join(home, 'migrations'))
    const session = new pg.Client({ connectionString: cluster.adminUrl })
    await session.connect()
    writeFileSync(path.join(home, 'schema.sql'), await schemaText(session))
    await session.end()
  } finally {
    await cluster.stop()
  }
}
