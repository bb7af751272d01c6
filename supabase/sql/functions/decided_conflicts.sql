-- sync.decided_conflicts: the conflicts a batch decides, locked, with the changes that wait behind them; of those that are
-- none of the caller's business, nothing.
-- Keeps   two deciders at once: the second waits here, and then sees what the first did
-- Called  sync.open_batch, after the records are locked
create or replace function sync.decided_conflicts(p_conflict_ids uuid[])
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_found jsonb;
begin
  perform from public.sync_conflict_log l
    where l.organization_id = sync.caller_organization() and l.conflict_id = any (p_conflict_ids) order by l.conflict_id for no key update;
  -- a new statement, after the wait
  select coalesce(jsonb_agg(jsonb_build_object(
           'conflictId', l.conflict_id, 'changeId', l.change_id, 'table', l.table_name, 'id', l.record_id, 'scope', coalesce(l.scope_id, l.organization_id),
           'kind', l.kind, 'status', l.status, 'version', l.version, 'fields', sync.fields_in_place(l),
           'isOwn', l.user_id = sync.caller_user(), 'mayDecide', sync.may_decide(l),
           'changes', (select coalesce(jsonb_agg(jsonb_build_object(
                                'changeId', q.change_id, 'table', q.table_name, 'id', q.record_id, 'action', q.action, 'baseVersion', q.base_version,
                                'data', q.data, 'base', q.base, 'groupId', q.more ->> 'groupId') order by w.nth), '[]')
                         from sync.waiting_changes w
                         join public.offline_sync_queue q on q.organization_id = w.organization_id and q.change_id = w.change_id
                        where w.organization_id = l.organization_id and w.conflict_id = l.conflict_id))), '[]')
    into v_found
    from public.sync_conflict_log l
   where l.organization_id = sync.caller_organization() and l.conflict_id = any (p_conflict_ids) and sync.conflict_for(l) is not null;
  return v_found;
end $$;
alter function sync.decided_conflicts(uuid[]) owner to wedsync_engine;
grant execute on function sync.decided_conflicts(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
