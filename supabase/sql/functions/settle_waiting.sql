-- sync.settle_waiting: the last receipts of the changes that waited behind a conflict which was just decided. Their devices
-- hear of it through their cursor, until it passes.
-- A change that waits behind another conflict as well goes on waiting there.
-- Answers the conflict's position.
-- Keeps   P3
-- Called  resolve_sync_conflict
create or replace function sync.settle_waiting(p_decision jsonb)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_org      uuid := sync.caller_organization();
  v_conflict uuid := p_decision ->> 'conflictId';
  v_head     bigint;
begin
  if not exists (select from public.sync_conflict_log l
                  where l.organization_id = v_org and l.conflict_id = v_conflict and l.decision_id = (p_decision ->> 'decisionId')::uuid
                    and l.decided_by = sync.caller_user()) then
    raise exception 'not the caller''s to decide' using errcode = '42501';
  end if;
  -- held since the conflict's row was closed
  select c.head into strict v_head from sync.clock c where c.organization_id = v_org;

  update public.offline_sync_queue q
     set status = 'completed', error_code = null, settled_at = clock_timestamp(), settled_position = v_head,
         receipt = jsonb_build_object('kind', 'processed', 'processed', jsonb_build_object(
           'changeId', q.change_id, 'serverId', q.record_id, 'action', q.action,
           'version', coalesce((select max(r.position) from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = q.record_id
                                 where t.name = q.table_name and r.organization_id = v_org), v_head),
           'outcome', coalesce(p_decision -> 'outcomes' ->> q.change_id::text, 'merged')))
    from sync.waiting_changes w
   where w.organization_id = v_org and w.conflict_id = v_conflict
     and q.organization_id = v_org and q.change_id = w.change_id and q.status = 'conflict'
     and not exists (select from sync.waiting_changes o where o.organization_id = v_org and o.change_id = w.change_id and o.conflict_id <> v_conflict);
  delete from sync.waiting_changes w where w.organization_id = v_org and w.conflict_id = v_conflict;

  return (select max(r.position) from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = v_conflict
           where t.name = 'conflicts' and r.organization_id = v_org);
end $$;
alter function sync.settle_waiting(jsonb) owner to wedsync_engine;
grant execute on function sync.settle_waiting(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
