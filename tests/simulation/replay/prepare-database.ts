// Takes a fresh, migrated database; makes of it one on which schedules can be replayed: its functions ask a setting what time it
// is, as the model is told, and rows can be refused by a trigger of the team's own. Nothing else of it is touched.
import type pg from 'pg'

export const prepareDatabase = async (admin: pg.Pool): Promise<void> => {
  await admin.query(clock)
  await admin.query(functionsAndDefaults)
  await admin.query(refusing)
  // whoever comes last into a circle of waits is the one that is told, as in the model
  await admin.query(
    `do $$ begin
       execute format('alter database %I set deadlock_timeout = ''1ms''', current_database());
       execute format('alter role wedsync_server in database %I set deadlock_timeout = ''1ms''', current_database());
     end $$`,
  )
}

const clock = `
create schema replay;
grant usage on schema replay to public;
create function replay.now() returns timestamptz language sql stable as $$ select current_setting('replay.now')::timestamptz $$;
`

// nothing is dropped: owners, rights and triggers stay as they are
const functionsAndDefaults = `
do $$
declare
  v record;
begin
  for v in select pg_get_functiondef(p.oid) as text from pg_proc p
            where p.pronamespace in ('sync'::regnamespace, 'public'::regnamespace) and p.prokind = 'f'
              and p.prosrc ~ '\\m(now|clock_timestamp)\\(\\)' loop
    execute regexp_replace(v.text, '\\m(now|clock_timestamp)\\(\\)', 'replay.now()', 'g');
  end loop;
  for v in select d.adrelid::regclass as relation, a.attname from pg_attrdef d
             join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
            where pg_get_expr(d.adbin, d.adrelid) = 'now()' loop
    execute format('alter table %s alter column %I set default replay.now()', v.relation, v.attname);
  end loop;
end $$`

const refusing = `
create table replay.refused (key text primary key);
create function replay.refuse() returns trigger language plpgsql security definer as $$
begin
  if exists (select from replay.refused r where r.key = tg_table_name || '/' || new.id) then
    raise exception 'the budget service is away';
  end if;
  return new;
end $$;
do $$
declare
  v record;
begin
  for v in select to_regclass(format('public.%I', t.name)) as relation from sync.tables t where t.name <> 'conflicts' loop
    execute format('create trigger replay_refuse before update on %s for each row execute function replay.refuse()', v.relation);
  end loop;
end $$`
