-- sync.find_handled: how it stands with a change that the caller may try again or discard: {status, conflictIds, changes}: the
-- conflicts it waits behind, and what was sent, it and its group; null for one that is unknown or none of theirs.
-- Keeps   P11: a group is handled as a whole
-- Called  sync.handled_for
create or replace function sync.find_handled(p_change_id uuid)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_build_object('status', q.status, 'conflictIds', (
             select coalesce(jsonb_agg(w.conflict_id order by w.conflict_id), '[]') from sync.waiting_changes w
              where w.organization_id = q.organization_id and w.change_id = q.change_id),
             'changes', (
             select jsonb_agg(jsonb_build_object(
                      'changeId', g.change_id, 'userId', g.user_id, 'deviceId', g.device_id, 'batchId', g.batch_id, 'table', g.table_name, 'id', g.record_id,
                      'action', g.action, 'baseVersion', g.base_version, 'data', g.data, 'base', g.base, 'more', g.more) order by g.received_at, g.change_id)
               from public.offline_sync_queue g
              where g.organization_id = q.organization_id and g.status in ('failed', 'pending') and g.change_id = any (sync.changes_to_handle(array[p_change_id]))))
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.change_id = p_change_id
       and p_change_id = any (sync.changes_to_handle(array[p_change_id])));
end $$;
alter function sync.find_handled(uuid) owner to wedsync_engine;
grant execute on function sync.find_handled(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
