-- sync.settled_of: of changes that were just told to be open, the caller's receipts of those that are so no more.
-- Keeps   P14: a device that loads everything anew has no cursor from which a late receipt could be counted
-- Called  sync.read_page
create or replace function sync.settled_of(p_change_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(sync.receipt_of(q) order by q.settled_position, q.change_id), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.change_id = any (p_change_ids) and q.user_id = sync.caller_user() and q.settled_position is not null
  );
end $$;
alter function sync.settled_of(uuid[]) owner to wedsync_engine;
grant execute on function sync.settled_of(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
