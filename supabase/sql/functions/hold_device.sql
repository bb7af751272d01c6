-- sync.hold_device: takes the row of one of the caller's devices until commit, as a batch of the device itself does.
-- Keeps   lock order: the device first
-- Called  sync.open_decision
create or replace function sync.hold_device(p_device_id uuid)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from public.offline_sync_status d
    where d.organization_id = sync.caller_organization() and d.user_id = sync.caller_user() and d.device_id = p_device_id
      for no key update;
end $$;
alter function sync.hold_device(uuid) owner to wedsync_engine;
grant execute on function sync.hold_device(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
