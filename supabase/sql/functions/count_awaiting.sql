-- sync.count_awaiting: of records that others may wait for, how many do: {id: count}. Takes [{table, field, ids}]: which table says so, and
-- in which of its fields. Counted in the caller's scopes, for how much a conflict weighs.
-- Called  sync.open_batch
create or replace function sync.count_awaiting(p_asked jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_asked   record;
  v_found   jsonb;
  v_counted jsonb := '{}';
begin
  for v_asked in
    select t.name as table_name, t.scope_column, f.field, array(select jsonb_array_elements_text(a.ids))::uuid[] as ids
      from jsonb_to_recordset(p_asked) as a ("table" text, field text, ids jsonb)
      join sync.tables t on t.name = a."table"
      join sync.fields f on f.table_id = t.table_id and f.field = a.field
  loop
    execute format('select jsonb_object_agg(w.id, w.many) from (select d.%1$I, count(*) from public.%2$I d where d.organization_id = $1 and d.%3$I = any ($2) and d.%1$I = any ($3) group by 1) w (id, many)',
                   v_asked.field, v_asked.table_name, v_asked.scope_column)
      into v_found using sync.caller_organization(), sync.caller_scopes(), v_asked.ids;
    v_counted := v_counted || coalesce(v_found, '{}');
  end loop;
  return v_counted;
end $$;
alter function sync.count_awaiting(jsonb) owner to wedsync_engine;
grant execute on function sync.count_awaiting(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
