-- sync.record_batch: one row of metrics for a batch. Answers how many milliseconds it took.
-- Called  sync.write_batch, write_sync_decisions
create or replace function sync.record_batch(p_device_id uuid, p_session_id text, p_items integer, p_conflicts integer, p_errors integer, p_started timestamptz)
returns double precision language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
  v_user         uuid := sync.caller_user();
  v_took         double precision := extract(epoch from clock_timestamp() - p_started) * 1000;
begin
  insert into public.sync_performance_metrics (organization_id, user_id, device_id, session_id, items, conflicts, errors, duration_ms)
  values (v_organization, v_user, p_device_id, p_session_id, p_items, p_conflicts, p_errors, v_took);
  return v_took;
end $$;
alter function sync.record_batch(uuid, text, integer, integer, integer, timestamptz) owner to wedsync_engine;
grant execute on function sync.record_batch(uuid, text, integer, integer, integer, timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
