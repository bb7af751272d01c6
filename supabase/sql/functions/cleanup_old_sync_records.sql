-- cleanup_old_sync_records: forgets what nobody needs any more, a stretch at a time; answers how much of each, so that whoever calls
-- goes on until there is nothing left.
-- After p_days: tombstones, and marks but for an organization's newest: a device that was away for longer loads again. Payloads of
-- changes that are through; what was answered stays as long as the tenant. After p_history_days: history, once every receipt that
-- was told by it is written down; entries of the security log; devices nobody heard of. After 35 days: metrics.
-- Never   what is open: changes that are kept, wait for a person or failed, and conflicts
-- Keeps   P3, P5: the horizon tells every cursor that would miss a tombstone; P9: a cursor whose mark is gone loads again
-- Called  retention/forget-old
create or replace function public.cleanup_old_sync_records(p_days integer, p_history_days integer, p_limit integer)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_old      timestamptz := now() - make_interval(days => p_days);
  v_ancient  timestamptz := now() - make_interval(days => p_history_days);
  v_count    bigint;
  v_counts   jsonb := '{}';
begin
  -- one node at a time; the others find nothing to do
  if not pg_try_advisory_xact_lock(hashtext('cleanup_old_sync_records')) then
    return '{}';
  end if;

  with old as materialized (
    select r.record_id, r.table_id, r.scope_id from sync.records r
     where r.gone is not null and r.changed_at < v_old order by r.record_id limit p_limit for update skip locked
  ), forgotten as (
    delete from sync.records r using old o
     where r.record_id = o.record_id and r.table_id = o.table_id and r.scope_id = o.scope_id and r.gone is not null
    returning r.organization_id, r.position
  ), moved as (
    update sync.clock c set horizon = greatest(c.horizon, f.position)
      from (select organization_id, max(position) as position from forgotten group by 1 order by 1) f
     where c.organization_id = f.organization_id
  )
  select count(*) into v_count from forgotten;
  v_counts := v_counts || jsonb_build_object('tombstones', v_count);

  delete from sync.marks m
   where (m.organization_id, m.position) in (
     select o.organization_id, o.position from sync.marks o
      where o.at < v_old and exists (select from sync.marks n where n.organization_id = o.organization_id and n.position > o.position)
      limit p_limit);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('marks', v_count);

  update public.offline_sync_queue q
     set data = null, base = null, more = case when q.more ? 'after' then jsonb_build_object('after', q.more -> 'after') end
   where (q.organization_id, q.change_id) in (
     select o.organization_id, o.change_id from public.offline_sync_queue o
      where o.received_at < v_old and o.status = 'completed' and (o.data is not null or o.base is not null)
      limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('payloads', v_count);

  -- of a plain change only history tells where it led
  update public.offline_sync_queue q set receipt = sync.receipt_of(q)
    from (select distinct h.organization_id, h.change_id from sync.history h where h.at < v_ancient and h.change_id is not null limit p_limit) h
   where q.organization_id = h.organization_id and q.change_id = h.change_id and q.receipt is null;
  delete from sync.history h
   where h.ctid in (
     select o.ctid from sync.history o
      where o.at < v_ancient
        and not exists (select from public.offline_sync_queue q where q.organization_id = o.organization_id and q.change_id = o.change_id and q.receipt is null)
      limit p_limit);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('history', v_count);

  delete from public.sync_performance_metrics m
   where m.id in (select o.id from public.sync_performance_metrics o where o.at < now() - interval '35 days' limit p_limit);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('metrics', v_count);

  delete from sync.security_log s where s.ctid in (select o.ctid from sync.security_log o where o.at < v_ancient limit p_limit);
  get diagnostics v_count = row_count;
  v_counts := v_counts || jsonb_build_object('securityEntries', v_count);

  delete from public.offline_sync_status d where d.ctid in (select o.ctid from public.offline_sync_status o where o.last_sync_at < v_ancient limit p_limit);
  get diagnostics v_count = row_count;
  return v_counts || jsonb_build_object('devices', v_count);
end $$;
alter function public.cleanup_old_sync_records(integer, integer, integer) owner to wedsync_engine;
grant execute on function public.cleanup_old_sync_records(integer, integer, integer) to wedsync_server;
