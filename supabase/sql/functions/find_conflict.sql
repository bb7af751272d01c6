-- sync.find_conflict: one conflict as the caller may read it, with what happened to its record around it; null for none.
-- Called  sync.conflict_detail
create or replace function sync.find_conflict(p_conflict_id uuid)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_conflict jsonb := sync.read_conflict(p_conflict_id);
begin
  return case when v_conflict is not null then jsonb_build_object(
    'conflict', v_conflict, 'history', sync.history_of(v_conflict ->> 'recordTable', (v_conflict ->> 'recordId')::uuid, 50)) end;
end $$;
alter function sync.find_conflict(uuid) owner to wedsync_engine;
grant execute on function sync.find_conflict(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
