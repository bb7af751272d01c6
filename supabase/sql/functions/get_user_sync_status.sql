-- get_user_sync_status: how it stands with one person's devices, changes and conflicts over the last hours.
-- Answers null for anybody who is neither that person nor an owner of their organization.
-- An owner's look at somebody else is entered in the security log by the same statement: no look without its entry.
-- Keeps   P10: what is not known is null, never zero
-- Called  ops/read-status
create or replace function public.get_user_sync_status(p_user_id uuid, p_hours integer)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org   uuid;
  v_user  uuid;
  v_head  bigint;
  v_since timestamptz := now() - make_interval(hours => p_hours);
  v_queue jsonb;
  v_conflicts jsonb;
  v_performance jsonb;
  v_devices jsonb;
  v_last  record;
begin
  select c.organization_id, c.user_id into v_org, v_user from sync.caller() c
   where c.user_id = p_user_id
      or c.role = 'owner' and exists (select from public.memberships m where m.organization_id = c.organization_id and m.user_id = p_user_id);
  if v_org is null then
    return null;
  end if;
  if v_user <> p_user_id then
    insert into sync.security_log (organization_id, user_id, event, subject_id) values (v_org, v_user, 'status_read', p_user_id);
  end if;
  select c.head into v_head from sync.clock c where c.organization_id = v_org;

  select jsonb_build_object(
           'totalItems', count(*), 'pendingItems', count(*) filter (where q.status = 'pending'),
           'processingItems', count(*) filter (where q.status = 'processing'), 'failedItems', count(*) filter (where q.status = 'failed'),
           'conflictItems', count(*) filter (where q.status = 'conflict'), 'completedItems', count(*) filter (where q.status = 'completed'),
           'oldestPendingItem', min(q.received_at) filter (where q.status in ('pending', 'processing')),
           'averageProcessingTime', round((avg(extract(epoch from q.settled_at - q.received_at)) * 1000)::numeric, 3)::double precision)
    into v_queue
    from public.offline_sync_queue q
   where q.organization_id = v_org and q.user_id = p_user_id and (q.received_at >= v_since or q.status <> 'completed');

  with mine as (
    select l.* from public.sync_conflict_log l
     where l.organization_id = v_org and l.user_id = p_user_id and (l.detected_at >= v_since or l.status = 'pending')
  )
  select jsonb_build_object(
           'active', count(*) filter (where m.status = 'pending'), 'resolved', count(*) filter (where m.status = 'resolved'),
           'awaitingManualResolution', count(*) filter (where m.status = 'pending'),
           'conflictsByTable', (select coalesce(jsonb_object_agg(t.table_name, t.n), '{}') from (select table_name, count(*) as n from mine group by 1) t),
           'conflictsBySeverity', (select coalesce(jsonb_object_agg(t.severity, t.n), '{}') from (select severity, count(*) as n from mine group by 1) t),
           'resolutionStrategies', (select coalesce(jsonb_object_agg(t.strategy, t.n), '{}')
                                      from (select resolution ->> 'strategy' as strategy, count(*) as n from mine
                                             where status = 'resolved' and resolution ? 'strategy' group by 1) t))
    into v_conflicts from mine m;

  select jsonb_build_object(
           'averageSyncTime', round(avg(m.duration_ms)::numeric, 3)::double precision,
           'p95SyncTime', round(percentile_cont(0.95) within group (order by m.duration_ms)::numeric, 3)::double precision,
           'throughputPerSecond', case when sum(m.duration_ms) > 0 then round((sum(m.items) / sum(m.duration_ms) * 1000)::numeric, 3)::double precision end,
           'successRate', case when sum(m.items) > 0 then round((1 - sum(m.errors)::numeric / sum(m.items)), 6)::double precision end,
           'errorRate', case when sum(m.items) > 0 then round((sum(m.errors)::numeric / sum(m.items)), 6)::double precision end,
           'recentSyncs', count(*))
    into v_performance
    from public.sync_performance_metrics m
   where m.organization_id = v_org and m.user_id = p_user_id and m.at >= v_since;

  select coalesce(jsonb_agg(jsonb_build_object(
           'deviceId', d.device_id, 'platform', d.platform, 'appVersion', d.app_version, 'lastSeen', d.last_sync_at,
           'behindBy', greatest(v_head - d.position, 0), 'waiting', d.waiting, 'oldestWaiting', d.oldest_waiting,
           'storagePersisted', d.storage_persisted, 'connectionQuality', d.connection_quality) order by d.last_sync_at desc), '[]')
    into v_devices
    from public.offline_sync_status d where d.organization_id = v_org and d.user_id = p_user_id;

  select max(d.last_sync_at) as last_sync_at, max(d.last_success_at) as last_success_at into v_last
    from public.offline_sync_status d where d.organization_id = v_org and d.user_id = p_user_id;

  return jsonb_build_object('head', v_head, 'queue', v_queue, 'conflicts', v_conflicts, 'performance', v_performance, 'devices', v_devices,
                            'lastSyncTime', v_last.last_sync_at, 'lastSuccessfulSync', v_last.last_success_at);
end $$;
alter function public.get_user_sync_status(uuid, integer) owner to wedsync_engine;
grant execute on function public.get_user_sync_status(uuid, integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
