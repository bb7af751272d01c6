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
  if jsonb_array_length(p_records) = 0 then
    return 0;
  end if;
  execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) on conflict (id) do nothing',
                 p_table, v_columns) using p_records;
  get diagnostics v_loaded = row_count;
  return v_loaded;
end $$;
