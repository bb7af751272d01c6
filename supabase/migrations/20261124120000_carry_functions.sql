-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- forget_declarations.sql
-- sync.forget_declarations: takes back what the declarations gave: rights, and the policies for writing. The same migration
-- gives them anew, in the same transaction.
-- Called  the first line of a migration that carries the declarations
create or replace function sync.forget_declarations()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v record;
begin
  for v in select p.polname, p.polrelid::regclass as tracked from pg_policy p join pg_class c on c.oid = p.polrelid join sync.tables t on t.name = c.relname
            where c.relnamespace = 'public'::regnamespace and p.polname like 'write\_%' loop
    execute format('drop policy %I on %s', v.polname, v.tracked);
  end loop;
  delete from sync.field_rights;
  delete from sync.table_rights;
  update sync.fields set together = null where together is not null;
end $$;

-- ---- load_records.sql
-- sync.load_records: puts whole records into a table, as whoever calls it; those that are there already stay as they are.
-- Called  apps/api/demo/load-demo, as the admin; nobody else may
create or replace function sync.load_records(p_table text, p_records jsonb)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_columns text := (
    select string_agg(format('%I', k), ', ')
      from jsonb_object_keys(p_records -> 0) k
      join pg_attribute a on a.attrelid = format('public.%I', p_table)::regclass and a.attname = k and a.attgenerated = '');
  v_loaded  integer;
begin
  execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) on conflict (id) do nothing',
                 p_table, v_columns) using p_records;
  get diagnostics v_loaded = row_count;
  return v_loaded;
end $$;

-- ---- end.sql
select sync.close_functions();
