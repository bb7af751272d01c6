-- sync.read_conflict: one conflict as a record of the feed, as the caller may read it.
-- Called  sync.read_rows, by the row query of the table conflicts; sync.find_conflict
create or replace function sync.read_conflict(p_conflict_id uuid)
returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return (select sync.conflict_for(l)::json from public.sync_conflict_log l
           where l.organization_id = sync.caller_organization() and l.conflict_id = p_conflict_id);
end $$;
alter function sync.read_conflict(uuid) owner to wedsync_engine;
grant execute on function sync.read_conflict(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
