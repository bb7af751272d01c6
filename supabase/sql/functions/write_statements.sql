-- sync.write_statements: statements in their order, each as the caller's own role; answers the position each change got, by
-- change id. What may be looked at later is looked at when all of them are through: who moves a guest to another seat and puts somebody
-- else there does both in one action, whichever statement comes first.
-- Called  sync.write_unit, resolve_sync_conflict
create or replace function sync.write_statements(p_statements jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written   jsonb := '{}';
  v_statement record;
  v_versions  jsonb;
begin
  set constraints all deferred;
  for v_statement in
    select s."table" as table_name, s.action, array(select jsonb_array_elements_text(s.fields)) as fields, s.rows
      from jsonb_to_recordset(p_statements) as s ("table" text, action text, fields jsonb, rows jsonb)
  loop
    select coalesce(jsonb_object_agg(w.change_id, w.version), '{}') into v_versions
      from sync.write_rows(v_statement.table_name, v_statement.action, v_statement.fields, v_statement.rows) w;
    v_written := v_written || v_versions;
  end loop;
  set constraints all immediate;
  return v_written;
end $$;
grant execute on function sync.write_statements(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
