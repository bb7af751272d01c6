-- claim_sync_retries: takes what is due for another try under a lease, device by device, each with everything else that is kept of
-- it, in the order it came. Any node may ask; what another one is taking just now is passed over.
-- Due is what has waited long enough, what waits for a record that is there or that could not be made, and what waits behind a
-- change that is through. Waiting costs no try; looking again does, and so does a lease that ran out, for the first change under it:
-- whoever held it is gone, and this may be why. Such a set says so (wasLost): its changes are better tried one by one.
-- Answers [{organizationId, userId, deviceId, wasLost, changes: [{changeId, deviceId, batchId, table, id, action, baseVersion, data, base, more, attempts}]}]
-- Keeps   P14: a lease runs out by itself; P11: a group is taken as a whole
-- Called  retry/retry-kept
create or replace function public.claim_sync_retries(p_lease uuid, p_seconds integer, p_devices integer)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_claimed jsonb;
begin
  with due as materialized (
    select q.organization_id, q.user_id, q.device_id
      from public.offline_sync_queue q
     where q.status in ('pending', 'processing') and (q.leased_until is null or q.leased_until < now())
       and (q.status = 'processing' or sync.is_due(q))
     group by q.organization_id, q.user_id, q.device_id
     order by min(q.arrival)
     limit p_devices
  ), taken as materialized (
    select q.organization_id, q.change_id, q.user_id, q.device_id, q.arrival, q.status = 'processing' as was_lost
      from due d
      join public.offline_sync_queue q on q.organization_id = d.organization_id and q.user_id = d.user_id and q.device_id = d.device_id
     where q.status in ('pending', 'processing') and (q.leased_until is null or q.leased_until < now())
     order by q.organization_id, q.change_id
       for no key update of q skip locked
  ), placed as (
    select t.*, row_number() over (partition by t.organization_id, t.user_id, t.device_id order by not t.was_lost, t.arrival) = 1 as is_first from taken t
  ), claimed as (
    update public.offline_sync_queue q
       set status = 'processing', lease = p_lease, leased_until = now() + make_interval(secs => p_seconds),
           attempts = q.attempts + case when t.was_lost then t.is_first::integer when q.awaits_change is null and sync.is_due(q) then 1 else 0 end
      from placed t
     where q.organization_id = t.organization_id and q.change_id = t.change_id
    returning q.*, t.was_lost
  ), sets as (
    select c.organization_id, c.user_id, c.device_id, min(c.arrival) as first, bool_or(c.was_lost) as was_lost,
           jsonb_agg(jsonb_build_object('changeId', c.change_id, 'deviceId', c.device_id, 'batchId', c.batch_id, 'table', c.table_name, 'id', c.record_id, 'action', c.action,
                                        'baseVersion', c.base_version, 'data', c.data, 'base', c.base, 'more', c.more, 'attempts', c.attempts) order by c.arrival) as changes
      from claimed c group by c.organization_id, c.user_id, c.device_id
  )
  select coalesce(jsonb_agg(jsonb_build_object('organizationId', s.organization_id, 'userId', s.user_id, 'deviceId', s.device_id, 'wasLost', s.was_lost, 'changes', s.changes)
                            order by s.first), '[]') into v_claimed
    from sets s;
  return v_claimed;
end $$;
alter function public.claim_sync_retries(uuid, integer, integer) owner to wedsync_engine;
grant execute on function public.claim_sync_retries(uuid, integer, integer) to wedsync_server;
