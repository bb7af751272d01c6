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
  ), claimed as (
    update public.offline_sync_queue q
       set status = 'processing', lease = p_lease, leased_until = now() + make_interval(secs => p_seconds),
           attempts = q.attempts + case when t.was_lost then t.is_first::integer when q.awaits_change is null and sync.is_due(q) then 1 else 0 end
      from placed t
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

-- ---- close_retries.sql
-- sync.close_retries: kept changes of somebody who belongs nowhere any more, or that took a server down with every try, come to
-- their end without one more: they failed, and whoever plans the wedding finds them where failed changes are.
-- Keeps   P3, P8: what was sent stays in the ledger
-- Called  retry/retry-kept
create or replace function sync.close_retries(p_organization uuid, p_lease uuid, p_change_ids uuid[], p_code text, p_message text)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_head   bigint;
  v_closed integer;
begin
  perform from public.offline_sync_queue q
    where q.organization_id = p_organization and q.change_id = any (p_change_ids) and q.lease = p_lease order by q.change_id for no key update;
  if not found then
    return 0;
  end if;
  v_head := sync.tick(p_organization);
  update public.offline_sync_queue q
     set status = 'failed', lease = null, leased_until = null, next_attempt_at = null, error_code = p_code, settled_at = now(), settled_position = v_head,
         receipt = jsonb_build_object('kind', 'failed', 'failure', jsonb_build_object(
           'changeId', q.change_id, 'code', p_code, 'message', p_message, 'retryable', false, 'attempt', q.attempts))
   where q.organization_id = p_organization and q.change_id = any (p_change_ids) and q.lease = p_lease;
  get diagnostics v_closed = row_count;
  return v_closed;
end $$;
alter function sync.close_retries(uuid, uuid, uuid[], text, text) owner to wedsync_engine;
grant execute on function sync.close_retries(uuid, uuid, uuid[], text, text) to wedsync_server;

-- ---- discard_failed.sql
-- sync.discard_failed: closes failed changes, and kept ones, that a person gave up, each with its group; who and when stays in the ledger, and
-- so does what was sent. Answers how many.
-- Keeps   P3; the author's device hears of it through its cursor
-- Called  sync.discard_for
create or replace function sync.discard_failed(p_change_id uuid, p_message text)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_org  uuid := sync.caller_organization();
  v_ids  uuid[] := sync.changes_to_handle(array[p_change_id]);
  v_head bigint;
  v_done integer;
begin
  perform from public.offline_sync_queue q where q.organization_id = v_org and q.change_id = any (v_ids) order by q.change_id for no key update;
  if not exists (select from public.offline_sync_queue q where q.organization_id = v_org and q.change_id = any (v_ids) and q.status in ('failed', 'pending')) then
    return 0;
  end if;
  v_head := sync.tick(v_org);
  update public.offline_sync_queue q
     set status = 'failed', error_code = 'discarded', settled_at = now(), settled_position = v_head, handled_by = sync.caller_user(), handled_at = now(),
         receipt = jsonb_build_object('kind', 'failed', 'failure', jsonb_build_object(
           'changeId', q.change_id, 'code', 'discarded', 'message', p_message, 'retryable', false))
   where q.organization_id = v_org and q.change_id = any (v_ids) and q.status in ('failed', 'pending');
  get diagnostics v_done = row_count;
  return v_done;
end $$;
alter function sync.discard_failed(uuid, text) owner to wedsync_engine;
grant execute on function sync.discard_failed(uuid, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- release_retries.sql
-- sync.release_retries: gives back what could not be tried to the end: it is kept as before, and due again in a moment.
-- Called  retry/retry-kept
create or replace function sync.release_retries(p_lease uuid, p_change_ids uuid[], p_seconds double precision)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_released integer;
begin
  update public.offline_sync_queue q
     set status = 'pending', lease = null, leased_until = null, next_attempt_at = now() + make_interval(secs => p_seconds)
   where q.status = 'processing' and q.lease = p_lease and q.change_id = any (p_change_ids);
  get diagnostics v_released = row_count;
  return v_released;
end $$;
alter function sync.release_retries(uuid, uuid[], double precision) owner to wedsync_engine;
grant execute on function sync.release_retries(uuid, uuid[], double precision) to wedsync_server;

-- ---- settled_of.sql
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

-- ---- take_into_escrow.sql
-- sync.take_into_escrow: what somebody hands over who belongs to this organization no more: every change gets its ledger row, as one
-- that failed, and whoever plans the wedding finds it there. Only from a device that synced here before, and so much of one person.
-- Answers the receipts by change id, those of replays as they stand; null for a device nobody knows, or one too many.
-- Keeps   P3, P8: nothing of it is applied, nothing of it is lost
-- Called  push/take-into-escrow
create or replace function sync.take_into_escrow(p_claims text, p_batch jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_org    uuid := p_claims::jsonb #>> '{app_metadata,organization_id}';
  v_user   uuid := p_claims::jsonb ->> 'sub';
  v_device uuid := p_batch ->> 'deviceId';
  v_told   jsonb;
begin
  perform from public.offline_sync_status d
    where d.organization_id = v_org and d.user_id = v_user and d.device_id = v_device for no key update;
  if not found or exists (select from public.memberships m where m.organization_id = v_org and m.user_id = v_user)
     or (select count(*) from public.offline_sync_queue q where q.organization_id = v_org and q.user_id = v_user and q.status = 'failed') > 10000 then
    return null;
  end if;
  -- the same change twice in one batch has one row
  insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action,
                                         base_version, data, base, more, payload_hash, status, error_code, receipt, settled_at)
  select v_org, e."changeId", v_user, v_device, (p_batch ->> 'batchId')::uuid, e."table", e.id, e.action, e."baseVersion", e.data, e.base, e.more,
         decode(e.hash, 'hex'), 'failed', e.receipt #>> '{failure,code}', e.receipt, now()
    from jsonb_to_recordset(p_batch -> 'entries')
           as e ("changeId" uuid, hash text, "table" text, id uuid, action text, "baseVersion" bigint, data jsonb, base jsonb, more jsonb, receipt jsonb)
   order by e."changeId"
      on conflict on constraint offline_sync_queue_pkey do nothing;
  if found then
    perform sync.tick(v_org);
  end if;

  select jsonb_object_agg(q.change_id, jsonb_build_object('hash', encode(q.payload_hash, 'hex'), 'isOwn', q.user_id = v_user,
                                                         'receipt', case when q.user_id = v_user then sync.receipt_of(q) end))
    into v_told
    from jsonb_array_elements(p_batch -> 'entries') e
    join public.offline_sync_queue q on q.organization_id = v_org and q.change_id = (e ->> 'changeId')::uuid;
  return v_told;
end $$;
alter function sync.take_into_escrow(text, jsonb) owner to wedsync_engine;
grant execute on function sync.take_into_escrow(text, jsonb) to wedsync_server;

-- ---- end.sql
select sync.close_functions();
