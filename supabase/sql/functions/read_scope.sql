-- sync.read_scope: every record of one scope as the caller's own select gives it, and where that stands in the order; null
-- for a scope that is not theirs. It asks the tables, not the feed's own record of them: what the feed sent is held
-- against it.
-- Answers {position, since, tables: {name: [{id, data}]}}
-- Keeps   P5, P7: rows the caller may see, by what the rows say, read as the caller's role, under its policies and column rights
-- Called  ops/verify-scope, in a transaction that reads one snapshot
create or replace function sync.read_scope(p_scope uuid)
returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_table  record;
  v_rows   json;
  v_tables text[] := '{}';
begin
  if (p_scope = any (sync.caller_scopes())) is not true then
    return null;
  end if;
  for v_table in select t.* from sync.readable_tables() t loop
    execute format('select json_agg(json_build_object(''id'', n.record_id, ''data'', %s)) from (select id as record_id from public.%I where %I = $1 and id = any ($2)) n',
                   v_table.row_query, v_table.table_name, v_table.scope_column)
      into v_rows using p_scope, sync.ids_in_sight(v_table.table_name, p_scope);
    if v_rows is not null then
      v_tables := v_tables || format('%s:%s', to_json(v_table.table_name), v_rows);
    end if;
  end loop;
  return format('{"position":%s,"since":%s,"tables":{%s}}', (select o.head from sync.read_order() o), sync.last_moved(p_scope), array_to_string(v_tables, ','));
end $$;
grant execute on function sync.read_scope(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
