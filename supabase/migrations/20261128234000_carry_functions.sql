-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- claim_sync_retries.sql
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
  v_places  tid[];
  v_lost    boolean[];
  v_first   boolean[];
  v_claimed jsonb;
begin
  with kept as materialized (
    -- in the order of an index that holds nothing but what is kept: the plan is made while the ledger is young, and stays
    select q.organization_id, q.change_id, q.user_id, q.device_id, q.arrival, q.status = 'processing' or sync.is_due(q) as is_due
      from public.offline_sync_queue q
     where q.status in ('pending', 'processing') and (q.leased_until is null or q.leased_until < now())
     order by q.next_attempt_at
  ), due as materialized (
    select k.organization_id, k.user_id, k.device_id
      from kept k
     group by k.organization_id, k.user_id, k.device_id
    having bool_or(k.is_due)
     order by min(k.arrival) filter (where k.is_due)
     limit p_devices
  ), wanted as materialized (
    select k.organization_id, k.change_id from kept k join due d using (organization_id, user_id, device_id) order by 1, 2
  ), taken as materialized (
    select t.*
      from wanted w
     cross join lateral (
       select q.ctid as place, q.organization_id, q.user_id, q.device_id, q.arrival, q.status = 'processing' as was_lost
         from public.offline_sync_queue q
        where q.organization_id = w.organization_id and q.change_id = w.change_id
          and q.status in ('pending', 'processing') and (q.leased_until is null or q.leased_until < now())
          for no key update skip locked) t
  ), placed as (
    select t.*, row_number() over (partition by t.organization_id, t.user_id, t.device_id order by not t.was_lost, t.arrival) = 1 as is_first from taken t
  )
  select array_agg(p.place), array_agg(p.was_lost), array_agg(p.is_first) into v_places, v_lost, v_first from placed p;

  -- a new statement: a row that moved before it was locked is not where the first one saw it, and a group is taken whole or not at all
  with claimed as (
    update public.offline_sync_queue q
       set status = 'processing', lease = p_lease, leased_until = now() + make_interval(secs => p_seconds),
           attempts = q.attempts + case when t.was_lost then t.is_first::integer when q.awaits_change is null and sync.is_due(q) then 1 else 0 end
      from unnest(v_places, v_lost, v_first) t (place, was_lost, is_first)
     where q.ctid = t.place
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

-- ---- end.sql
select sync.close_functions();
