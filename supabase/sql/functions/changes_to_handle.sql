-- sync.changes_to_handle: of some changes, those the caller may try again or discard, each with its group: their own, and,
-- for whoever plans the wedding, anybody's.
-- Keeps   P7: of others it answers nothing, whether they exist or not
-- Called  sync.lock_again, sync.find_handled, sync.discard_failed
create or replace function sync.changes_to_handle(p_change_ids uuid[])
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org  uuid := sync.caller_organization();
begin
  return array(
    select g.change_id
      from public.offline_sync_queue q
      join public.offline_sync_queue g
        on g.organization_id = q.organization_id and g.user_id = q.user_id
       and (g.change_id = q.change_id or g.batch_id = q.batch_id and g.more ->> 'groupId' = q.more ->> 'groupId')
     where q.organization_id = v_org and q.change_id = any (p_change_ids)
       and (q.user_id = sync.caller_user()
            or sync.caller_role() in ('owner', 'planner') and sync.scope_of_change(q) = any (sync.caller_scopes())));
end $$;
alter function sync.changes_to_handle(uuid[]) owner to wedsync_engine;
