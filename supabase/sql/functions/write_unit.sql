-- sync.write_unit: the statements of one unit, in their order; answers the position each change got, by change id.
-- Called  write_sync_decisions
create or replace function sync.write_unit(p_unit jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written   jsonb := '{}';
  v_statement record;
  v_versions  jsonb;
begin
  for v_statement in
    select s."table" as table_name, s.action, array(select jsonb_array_elements_text(s.fields)) as fields, s.rows
      from jsonb_to_recordset(p_unit -> 'statements') as s ("table" text, action text, fields jsonb, rows jsonb)
  loop
    select coalesce(jsonb_object_agg(w.change_id, w.version), '{}') into v_versions
      from sync.write_rows(v_statement.table_name, v_statement.action, v_statement.fields, v_statement.rows) w;
    v_written := v_written || v_versions;
  end loop;
  return v_written;
end $$;
grant execute on function sync.write_unit(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
