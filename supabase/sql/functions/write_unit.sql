-- sync.write_unit: what one unit writes: its statements in their order, and what it decides; answers the position each
-- change got, by change id.
-- Called  write_sync_decisions
create or replace function sync.write_unit(p_unit jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written jsonb := sync.write_statements(p_unit -> 'statements');
  v_decided jsonb;
begin
  for v_decided in select jsonb_array_elements(p_unit -> 'decided') loop
    v_written := v_written || jsonb_build_object(v_decided ->> 'decisionId', public.resolve_sync_conflict(v_decided));
  end loop;
  return v_written;
end $$;
grant execute on function sync.write_unit(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
