-- sync.late_receipts: the caller's receipts of one device that came late, within a window of positions.
-- A cursor that comes back is the only proof that the device kept them: nothing is ever marked as delivered.
-- Called  sync.read_page
create or replace function sync.late_receipts(p_device_id uuid, p_from bigint, p_to bigint)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(sync.receipt_of(q) order by q.settled_position), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.user_id = sync.caller_user() and q.device_id = p_device_id and q.settled_position > p_from and q.settled_position <= p_to
  );
end $$;
alter function sync.late_receipts(uuid, bigint, bigint) owner to wedsync_engine;
grant execute on function sync.late_receipts(uuid, bigint, bigint)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
