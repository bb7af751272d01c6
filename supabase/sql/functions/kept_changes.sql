-- sync.kept_changes: the caller's changes of one device that the server keeps for another try, in the order they came, but for those
-- that are tried under this lease: what comes later to the same record waits behind them.
-- Called  sync.open_batch
create or replace function sync.kept_changes(p_device_id uuid, p_lease uuid)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('changeId', q.change_id, 'table', q.table_name, 'id', q.record_id) order by q.arrival), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.user_id = sync.caller_user() and q.device_id = p_device_id
       and q.status in ('pending', 'processing') and (p_lease is null or q.lease is distinct from p_lease)
  );
end $$;
alter function sync.kept_changes(uuid, uuid) owner to wedsync_engine;
grant execute on function sync.kept_changes(uuid, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
