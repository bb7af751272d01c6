-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- changes_to_handle.sql
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

-- ---- claim_batch.sql
-- sync.claim_batch: takes the device's row, which holds back the device's other requests until commit. Answers whether changes of
-- this device are kept for another try: then nothing of it is plain, because later changes wait behind earlier ones.
-- Keeps   lock order: the device first
-- Raises  SY001  the claims name nobody who belongs here, or not in this role
-- Called  process_sync_batch
create or replace function sync.claim_batch(p_device_id uuid, p_session_id text, p_device jsonb)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  v_organization uuid := sync.caller_organization();
begin
  if v_organization is null then
    raise exception 'the caller has no such role here' using errcode = 'SY001';
  end if;

  insert into public.offline_sync_status as d (organization_id, user_id, device_id, session_id, app_version, platform, connection_quality,
                                               waiting, oldest_waiting, storage_persisted, clock_offset_ms, last_success_at)
  values (v_organization, sync.caller_user(), p_device_id, p_session_id, p_device ->> 'appVersion', p_device ->> 'platform',
          p_device ->> 'connectionQuality', (p_device ->> 'waiting')::integer, (p_device ->> 'oldestWaiting')::timestamptz,
          (p_device ->> 'storagePersisted')::boolean,
          extract(epoch from (p_device ->> 'clock')::timestamptz - clock_timestamp()) * 1000, now())
  on conflict on constraint offline_sync_status_pkey do update
     set last_sync_at = now(), last_success_at = now(), session_id = excluded.session_id,
         app_version = coalesce(excluded.app_version, d.app_version), platform = coalesce(excluded.platform, d.platform),
         connection_quality = coalesce(excluded.connection_quality, d.connection_quality),
         waiting = coalesce(excluded.waiting, d.waiting),
         oldest_waiting = case when excluded.waiting is null then d.oldest_waiting else excluded.oldest_waiting end,
         storage_persisted = coalesce(excluded.storage_persisted, d.storage_persisted),
         clock_offset_ms = coalesce(excluded.clock_offset_ms, d.clock_offset_ms);

  return exists (select from public.offline_sync_queue q
                  where q.organization_id = v_organization and q.user_id = sync.caller_user() and q.device_id = p_device_id
                    and q.status in ('pending', 'processing'));
end $$;
alter function sync.claim_batch(uuid, text, jsonb) owner to wedsync_engine;
grant execute on function sync.claim_batch(uuid, text, jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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

-- ---- cleanup_old_sync_records.sql
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

-- ---- close_functions.sql
-- sync.close_functions: takes the right to execute our functions from everybody; who may, has been granted it by name.
-- What Supabase hands to the roles of its API by default goes with it, on tables too.
-- Called  every migration that makes functions, at its end
create or replace function sync.close_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
  v_nobody   text := sync.api_roles();
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'sync'::regnamespace
        or p.pronamespace = 'public'::regnamespace and p.proname in ('process_sync_batch', 'write_sync_decisions', 'detect_sync_conflicts', 'get_user_sync_status', 'assign_creator', 'resolve_sync_conflict', 'claim_sync_retries', 'cleanup_old_sync_records')
  loop
    execute format('revoke execute on function %s from public, %s', v_function, v_nobody);
  end loop;
  perform sync.close_tables();
end $$;

-- ---- close_retries.sql
-- sync.close_retries: kept changes of somebody who belongs nowhere any more, or that took a server down with every try, come to
-- their end without one more: they failed, and whoever plans the wedding finds them where failed changes are.
-- Keeps   P3, P8: what was sent stays in the ledger
-- Called  retry/retry-kept
create or replace function sync.close_retries(p_organization uuid, p_lease uuid, p_change_ids uuid[], p_code text, p_message text)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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

-- ---- cursor_fault.sql
-- sync.cursor_fault: why this database's history does not continue the cursor's; null when it does.
-- Keeps   P9: a server restored from a backup lost the mark of the newest commit the device heard of, also where it forgot that this
--         person ever belonged here: the cursor was signed for who asks, and the claims say for which organization
-- Keeps   P5: whoever has not read as far as a forgotten tombstone loads again
-- Called  process_sync_batch and sync.read_page, first of all
create or replace function sync.cursor_fault(p_cursor jsonb)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization uuid := coalesce(sync.caller_organization(), (current_setting('request.jwt.claims', true)::jsonb #>> '{app_metadata,organization_id}')::uuid);
  v_horizon      bigint;
begin
  if p_cursor is null or p_cursor = 'null' then
    return null;
  end if;
  if (p_cursor ->> 'epoch')::uuid <> (select e.id from sync.epoch e) then
    return 'another epoch';
  end if;
  if (p_cursor ->> 'markAt')::bigint > 0 and not exists (
       select from sync.marks m
        where m.organization_id = v_organization and m.position = (p_cursor ->> 'markAt')::bigint and m.mark = (p_cursor ->> 'mark')::uuid) then
    return 'the newest commit it heard of is not here';
  end if;
  v_horizon := (select c.horizon from sync.clock c where c.organization_id = v_organization);
  -- a scope that is loading misses nothing from before it began
  if v_horizon > 0 and exists (
       select from jsonb_each(p_cursor -> 'scopes') s
        where (case when s.value ->> 3 = 'false' then s.value ->> 0 else s.value ->> 2 end)::bigint < v_horizon) then
    return 'what it would have to hear of is no longer kept';
  end if;
  return null;
end $$;
alter function sync.cursor_fault(jsonb) owner to wedsync_engine;
grant execute on function sync.cursor_fault(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- discard_failed.sql
-- sync.discard_failed: closes failed changes, and kept ones, that a person gave up, each with its group; who and when stays in the ledger, and
-- so does what was sent. Answers how many.
-- Keeps   P3; the author's device hears of it through its cursor
-- Called  sync.discard_for
create or replace function sync.discard_failed(p_change_id uuid, p_message text)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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

-- ---- find_handled.sql
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

-- ---- hold_device.sql
-- sync.hold_device: takes the row of one of the caller's devices until commit, as a batch of the device itself does.
-- Keeps   lock order: the device first
-- Called  sync.open_decision
create or replace function sync.hold_device(p_device_id uuid)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from public.offline_sync_status d
    where d.organization_id = sync.caller_organization() and d.user_id = sync.caller_user() and d.device_id = p_device_id
      for no key update;
end $$;
alter function sync.hold_device(uuid) owner to wedsync_engine;
grant execute on function sync.hold_device(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- is_due.sql
-- sync.is_due: whether a kept change is worth another try: it has waited long enough; the record it waits for is there, or could not
-- be made; the change it waits behind is through.
-- Called  claim_sync_retries
create or replace function sync.is_due(p_row public.offline_sync_queue)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return p_row.next_attempt_at <= now()
      or p_row.awaits_id is not null and (
           exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_row.awaits_id where t.name = p_row.awaits_table)
           or exists (select from public.offline_sync_queue c
                       where c.organization_id = p_row.organization_id and c.record_id = p_row.awaits_id and c.table_name = p_row.awaits_table
                         and c.action = 'create' and c.status = 'failed'))
      or p_row.awaits_change is not null and not exists (
           select from public.offline_sync_queue c
            where c.organization_id = p_row.organization_id and c.change_id = p_row.awaits_change and c.status in ('pending', 'processing'));
end $$;
alter function sync.is_due(public.offline_sync_queue) owner to wedsync_engine;

-- ---- kept_changes.sql
-- sync.kept_changes: the caller's changes of one device that the server keeps for another try, in the order they came, but for those
-- that are tried under this lease: what comes later to the same record waits behind them.
-- Called  sync.open_batch
create or replace function sync.kept_changes(p_device_id uuid, p_lease uuid)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('changeId', q.change_id, 'table', q.table_name, 'id', q.record_id) order by q.arrival), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.user_id = sync.caller_user() and q.device_id = p_device_id
       and q.status in ('pending', 'processing') and (p_lease is null or q.lease is distinct from p_lease)
  );
end $$;
alter function sync.kept_changes(uuid, uuid) owner to wedsync_engine;
grant execute on function sync.kept_changes(uuid, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- lock_again.sql
-- sync.lock_again: locks the changes that are to be tried again; answers those that still may be:
-- [{changeId, userId, attempts, isOverdue}]. With a lease, those of the caller that are tried under it; without one, a person
-- asks: failed or kept ones, of those they may handle. Overdue: what it waits for has not come for 35 days.
-- Keeps   lock order: ledger rows before records
-- Called  sync.open_batch
create or replace function sync.lock_again(p_change_ids jsonb, p_lease uuid)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_ids   uuid[] := array(select jsonb_array_elements_text(p_change_ids)::uuid);
  v_found jsonb;
begin
  if p_change_ids is null then
    return '[]';
  end if;
  if p_lease is null then
    v_ids := sync.changes_to_handle(v_ids);
  end if;
  with found as materialized (
    select q.* from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.change_id = any (v_ids)
       and case when p_lease is not null then q.status = 'processing' and q.lease = p_lease and q.user_id = sync.caller_user()
                else q.status in ('failed', 'pending') or q.status = 'processing' and q.leased_until < now() end
     order by q.change_id
       for no key update of q
  )
  select coalesce(jsonb_agg(jsonb_build_object('changeId', f.change_id, 'userId', f.user_id,
                                               'attempts', case when p_lease is null then 1 else f.attempts end,
                                               'isOverdue', f.received_at < now() - interval '35 days')), '[]')
    into v_found from found f;
  return v_found;
end $$;
alter function sync.lock_again(jsonb, uuid) owner to wedsync_engine;
grant execute on function sync.lock_again(jsonb, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- lost_creates.sql
-- sync.lost_creates: which of these records somebody of the organization wanted to make, and could not: [{table, id}]. Whoever waits for
-- one of them waits in vain, until a person tries the making again.
-- Called  sync.open_batch
create or replace function sync.lost_creates(p_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(distinct jsonb_build_object('table', q.table_name, 'id', q.record_id)), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.record_id = any (p_ids) and q.action = 'create' and q.status = 'failed'
       and not exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = q.record_id
                        where t.name = q.table_name)
  );
end $$;
alter function sync.lost_creates(uuid[]) owner to wedsync_engine;
grant execute on function sync.lost_creates(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- open_batch.sql
-- sync.open_batch: locks every record of a batch and hands over what deciding about it needs. Writes nothing.
-- Answers {known, role, person, self, scopes, leads, stored, parents, openConflicts, decided, again, held, lostCreates, rights}: the ledger's
-- rows, who is asking, what stands, which of the records the changes refer to are there, the conflicts that are decided, the
-- changes that are tried again, what else of this device is kept for another try, which records could not be made, and what the
-- caller may write.
-- Keeps   lock order: ledger rows, records, conflict rows
-- Called  process_sync_batch, sync.open_decision
create or replace function sync.open_batch(p_batch jsonb, p_role text)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_lock    record;
  v_stored  jsonb := '[]';
  v_found   jsonb;
  v_parents jsonb;
  v_lease   uuid := p_batch ->> 'lease';
  v_again   jsonb := sync.lock_again(p_batch -> 'again', v_lease);
  v_decides uuid[] := array(select jsonb_array_elements_text(p_batch -> 'decides'));
  v_locks   jsonb := (p_batch -> 'locks') || sync.records_of_conflicts(v_decides);
begin
  for v_lock in
    select l."table" as table_name, array_agg(i.id::uuid order by i.id::uuid) as ids, l."toDelete" as to_delete
      from jsonb_to_recordset(v_locks) as l ("table" text, ids jsonb, "toDelete" boolean)
     cross join jsonb_array_elements_text(l.ids) i (id)
      join sync.role_tables rt on rt.role = p_role and rt.table_name = l."table"
     group by l."table", l."toDelete", rt.rank
     order by rt.rank
  loop
    execute format('select sync.%I($1, $2, $3)', 'lock_' || v_lock.table_name) using sync.caller_organization(), v_lock.ids, v_lock.to_delete;
  end loop;

  -- a new statement, after the waits: only now the positions that go with the rows are seen
  for v_lock in
    select l."table" as table_name, array_agg(distinct i.id::uuid) as ids
      from jsonb_to_recordset(v_locks) as l ("table" text, ids jsonb)
     cross join jsonb_array_elements_text(l.ids) i (id)
      join sync.role_tables rt on rt.role = p_role and rt.table_name = l."table"
     group by l."table"
  loop
    execute format('select coalesce(jsonb_agg(s), ''[]'') from sync.%I($1) s', 'stored_' || v_lock.table_name) into v_found using v_lock.ids;
    v_stored := v_stored || v_found;
  end loop;

  select coalesce(jsonb_agg(jsonb_build_object('table', p."table", 'id', k.record_id, 'isForeign', k.is_foreign, 'isGone', k.is_gone)), '[]') into v_parents
    from jsonb_to_recordset(p_batch -> 'parents') as p ("table" text, ids jsonb)
   cross join lateral sync.known_ids(p."table", array(select jsonb_array_elements_text(p.ids))::uuid[]) k;

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'person', sync.caller_person(), 'self', to_jsonb(sync.caller_self()), 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'parents', v_parents, 'openConflicts', sync.open_conflicts(v_locks, coalesce((v_again -> 0 ->> 'userId')::uuid, sync.caller_user())),
                            'decided', sync.decided_conflicts(v_decides), 'again', v_again, 'held', sync.kept_changes((p_batch ->> 'deviceId')::uuid, v_lease),
                            'lostCreates', sync.lost_creates(array(select i::uuid from jsonb_to_recordset((p_batch -> 'locks') || (p_batch -> 'parents')) as l (ids jsonb)
                                                                    cross join jsonb_array_elements_text(l.ids) i)),
                            'rights', (select jsonb_object_agg(rt.table_name, jsonb_build_object(
                                                'writes', to_jsonb(rt.writes), 'changes', to_jsonb(rt.changes), 'canCreate', rt.can_create, 'canDelete', rt.can_delete))
                                         from sync.role_tables rt where rt.role = p_role));
end $$;
grant execute on function sync.open_batch(jsonb, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- open_decision.sql
-- sync.open_decision: be the person of these claims for this transaction, and open what they decide or try again, as a batch
-- that no device sent just now. Where the server itself tries what a device sent earlier, the device's row is taken first.
-- Called  review/decide, retry/try-again
create or replace function sync.open_decision(p_claims text, p_batch jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role text := sync.assume_caller(p_claims);
begin
  if v_role = 'nobody' then
    return '{"stranger": true}';
  end if;
  if p_batch ? 'lease' then
    perform sync.hold_device((p_batch ->> 'deviceId')::uuid);
  end if;
  return sync.open_batch(p_batch, v_role);
end $$;
grant execute on function sync.open_decision(text, jsonb) to wedsync_server;

-- ---- process_sync_batch.sql
-- process_sync_batch: one batch of one device, in one call.
-- A plain batch (creates and updates, each of another record) of which nothing is contested is written whole:
-- {settled: [[changeId, version, hasMoved]], order}. Otherwise nothing is written: {open: true} at a first glance, and, where the
-- caller holds a transaction open, the records of the batch locked and everything a decision needs.
-- A plain batch does not ask the ledger: one that was sent before is no longer clean, or ends at the ledger's key, and is
-- then looked up.
-- Keeps   P1, P4, P9; lock order: device, records by table and id, then the first write, which takes the clock
-- Called  push/receive-batch
create or replace function public.process_sync_batch(p_batch jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started timestamptz := clock_timestamp();
  v_device  uuid := p_batch ->> 'deviceId';
  v_role    text := sync.caller_role();
  v_fault   text := sync.cursor_fault(p_batch -> 'cursor');
  v_groups  sync.change_group[];
  v_group   sync.change_group;
  v_settled jsonb;
  v_keeps   boolean;
begin
  if v_fault is not null then
    return jsonb_build_object('reset', v_fault);
  end if;
  v_keeps := sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device');
  if not (p_batch ->> 'isPlain')::boolean then
    return sync.open_batch(p_batch, v_role);
  end if;
  if v_keeps or v_role not in ('owner', 'planner', 'assistant') then
    return '{"open": true}';
  end if;

  v_groups := sync.read_groups(p_batch -> 'groups');
  -- everything is locked and looked at before anything is written; one group is looked at as it is written
  if cardinality(v_groups) > 1 then
    foreach v_group in array v_groups loop
      if not sync.is_group_clean(v_group, v_role) then
        return '{"open": true}';
      end if;
    end loop;
  end if;

  perform set_config('sync.device_id', v_device::text, true);
  foreach v_group in array v_groups loop
    if not sync.write_group(v_group, v_role, v_device, (p_batch ->> 'batchId')::uuid) then
      -- nothing of a batch may stay behind without its receipts
      if cardinality(v_groups) > 1 then
        raise exception 'a record was made meanwhile' using errcode = '40001';
      end if;
      return '{"open": true}';
    end if;
  end loop;

  v_settled := sync.settle_batch(v_groups);
  perform sync.record_batch(v_device, p_batch ->> 'sessionId', jsonb_array_length(v_settled), 0, 0, v_started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return jsonb_build_object('settled', v_settled, 'order', (select to_jsonb(o) from sync.read_order() o));
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- release_retries.sql
-- sync.release_retries: gives back what could not be tried to the end: it is kept as before, and due again in a moment.
-- Called  retry/retry-kept
create or replace function sync.release_retries(p_lease uuid, p_change_ids uuid[], p_seconds double precision)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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

-- ---- settle_decisions.sql
-- sync.settle_decisions: conflict rows, ledger rows with their receipts, metrics of a decided batch.
-- A receipt's version is the position its write got; where its unit could not be written, the receipt that was prepared
-- for that case is used, and its conflict row is not written.
-- What fails for a reason that may pass is kept: it waits for time, for a record or behind an earlier change, in the order it came.
-- Answers the receipts by change id.
-- Keeps   P1, by offline_sync_queue_pkey; P4: the conflict row is written in the merge's transaction
-- Called  write_sync_decisions
create or replace function sync.settle_decisions(p_decided jsonb, p_written jsonb, p_faults jsonb, p_started timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org      uuid := sync.caller_organization();
  v_user     uuid := sync.caller_user();
  v_device   uuid := p_decided ->> 'deviceId';
  v_lease    uuid := p_decided ->> 'lease';
  v_receipts jsonb;
  v_items    integer;
  v_conflicts integer;
  v_errors   integer;
begin
  -- a try that changed nothing but the count leaves the organization's order as it is
  if not coalesce((p_decided ->> 'isQuiet')::boolean, false) then
    perform sync.tick(v_org);
  end if;

  -- a change that is tried again may be another person's: its author is on the conflict's side
  insert into public.sync_conflict_log (conflict_id, organization_id, scope_id, change_id, user_id, device_id, table_name, record_id,
                                        kind, severity, score, because, status, version, fields, resolution, decided_at)
  select c."conflictId", v_org, c.scope, c."changeId", coalesce(q.user_id, v_user), coalesce(q.device_id, v_device), c."table", c.id,
         c.kind, c.severity, c.score, c.because, c.status, 1, c.fields, c.resolution, case when c.status = 'resolved' then now() end
    from jsonb_to_recordset(p_decided -> 'conflicts')
           as c ("conflictId" uuid, unit text, scope uuid, "changeId" uuid, "table" text, id uuid, kind text, severity text,
                 score double precision, because text, status text, fields jsonb, resolution jsonb)
    left join public.offline_sync_queue q on q.organization_id = v_org and q.change_id = c."changeId"
   where not p_faults ? c.unit;
  perform sync.move_sides(p_decided -> 'conflictUpdates', p_faults);
  perform sync.open_reviews(p_decided -> 'conflicts', p_decided -> 'conflictUpdates', p_faults);

  with prepared as materialized (
    select e.*,
           case when p_faults ? e.unit then e."ifFault" -> (p_faults -> e.unit ->> 'told')
                -- the fields nobody contests are in, the others wait
                when e.receipt ->> 'kind' = 'waiting' and p_written ? e."changeId"::text
                  then jsonb_set(e.receipt, '{conflict,recordVersion}', p_written -> e."changeId"::text)
                when e.receipt #> '{processed,version}' = '0' or p_written ? e."changeId"::text
                  then jsonb_set(e.receipt, '{processed,version}', coalesce(p_written -> e."changeId"::text,
                         -- it found its value in place, put there by an earlier change of this batch
                         (select to_jsonb(r.position) from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = e.id
                           where t.name = e."table" and r.organization_id = v_org order by r.position desc limit 1), '0'))
                else e.receipt end as answer
      from jsonb_to_recordset(p_decided -> 'entries')
             as e ("changeId" uuid, unit text, hash text, "table" text, id uuid, action text, "baseVersion" bigint, data jsonb, base jsonb, more jsonb, receipt jsonb, "ifFault" jsonb, "waitsFor" jsonb, again boolean, awaits jsonb, behind uuid)
  ), told as materialized (
    select p.*, coalesce(p.answer, p."ifFault" -> 'other') as told,
           -- why it could not be written is not what was decided: then it waits for time, or behind what could not be written either
           case when not p_faults ? p.unit then p.awaits
                when p_faults -> p.unit ->> 'told' = 'behind' then jsonb_build_object('change', p.behind) end as waits
      from prepared p
  ), answered as materialized (
    select t.*, coalesce((t.told #>> '{failure,kept}')::boolean, false) as is_kept,
           case when (t.told #>> '{failure,kept}')::boolean and t.again is null then nextval('sync.arrivals') end as arrival
      from told t
  ), ledger as (
    insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action,
                                           base_version, data, base, more, payload_hash, status, error_code, receipt, settled_at,
                                           arrival, next_attempt_at, awaits_table, awaits_id, awaits_change)
    select v_org, a."changeId", v_user, v_device, (p_decided ->> 'batchId')::uuid, a."table", a.id, a.action,
           a."baseVersion", a.data, a.base, a.more, decode(a.hash, 'hex'),
           case when a.is_kept then 'pending' else case a.told ->> 'kind' when 'processed' then 'completed' when 'waiting' then 'conflict' else 'failed' end end,
           a.told #>> '{failure,code}', a.told, case when not a.is_kept then now() end,
           a.arrival, case when a.is_kept then coalesce((a.told #>> '{failure,retryAt}')::timestamptz, now() + interval '35 days') end,
           a.waits ->> 'table', (a.waits ->> 'id')::uuid, (a.waits ->> 'change')::uuid
      from answered a
     -- what was damaged on its way is answered, not stored: the device keeps it and sends it again
     where (a.is_kept or not coalesce((a.told #>> '{failure,retryable}')::boolean, false)) and a.again is null
     order by a."changeId"
  ), tried_again as (
    -- its device hears late what became of it; that it is still kept is no news
    update public.offline_sync_queue q
       set status = case when a.is_kept then 'pending' else case a.told ->> 'kind' when 'processed' then 'completed' when 'waiting' then 'conflict' else 'failed' end end,
           error_code = a.told #>> '{failure,code}', receipt = a.told, settled_at = case when not a.is_kept then now() end,
           settled_position = case when a.is_kept then q.settled_position else (select c.head from sync.clock c where c.organization_id = v_org) end,
           attempts = case when v_lease is null then case when a.is_kept then 1 else q.attempts + 1 end
                           -- what waits for another record now has not been tried with that
                           when a.is_kept and (a.waits ->> 'id')::uuid is distinct from q.awaits_id then 1 else q.attempts end, lease = null, leased_until = null,
           arrival = case when a.is_kept then coalesce(q.arrival, nextval('sync.arrivals')) else q.arrival end,
           next_attempt_at = case when a.is_kept then coalesce((a.told #>> '{failure,retryAt}')::timestamptz, greatest(q.received_at, now() - interval '34 days') + interval '35 days') end,
           awaits_table = a.waits ->> 'table', awaits_id = (a.waits ->> 'id')::uuid, awaits_change = (a.waits ->> 'change')::uuid,
           handled_by = case when v_lease is null then v_user else q.handled_by end, handled_at = case when v_lease is null then now() else q.handled_at end
      from answered a
     where a.again and q.organization_id = v_org and q.change_id = a."changeId"
       and case when v_lease is null then q.status <> 'completed' and q.status <> 'conflict' else q.status = 'processing' and q.lease = v_lease end
  )
  select coalesce(jsonb_object_agg(a."changeId", a.told), '{}'), count(*), count(*) filter (where a.told ? 'conflict'),
         count(*) filter (where a.told ->> 'kind' = 'failed')
    into v_receipts, v_items, v_conflicts, v_errors
    from answered a;
  perform sync.wait_behind(p_decided -> 'entries', v_receipts);
  -- a try by the server itself is no sync of the device
  if v_device is not null and v_lease is null then
    perform sync.record_batch(v_device, p_decided ->> 'sessionId', v_items, v_conflicts, v_errors, p_started);
  end if;
  return v_receipts;
end $$;
alter function sync.settle_decisions(jsonb, jsonb, jsonb, timestamptz) owner to wedsync_engine;
grant execute on function sync.settle_decisions(jsonb, jsonb, jsonb, timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- take_into_escrow.sql
-- sync.take_into_escrow: what somebody hands over who belongs to this organization no more: every change gets its ledger row, as one
-- that failed, and whoever plans the wedding finds it there. Only from a device that synced here before, and so much of one person.
-- Answers the receipts by change id, those of replays as they stand; null for a device nobody knows, or one too many.
-- Keeps   P3, P8: nothing of it is applied, nothing of it is lost
-- Called  push/take-into-escrow
create or replace function sync.take_into_escrow(p_claims text, p_batch jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
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

-- ---- told_fault.sql
-- sync.told_fault: which of the receipts prepared for a unit answers a refusal: the one for its SQLSTATE, for its class, or for any
-- other; and whether that means that the unit is kept for another try.
-- Called  write_sync_decisions
create or replace function sync.told_fault(p_entries jsonb, p_unit text, p_code text)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_receipts jsonb := (select e -> 'ifFault' from jsonb_array_elements(p_entries) e where e ->> 'unit' = p_unit limit 1);
  v_told     text  := case when v_receipts ? p_code then p_code when v_receipts ? left(p_code, 2) then left(p_code, 2) else 'other' end;
begin
  return jsonb_build_object('told', v_told, 'isKept', coalesce((v_receipts #>> array[v_told, 'failure', 'kept'])::boolean, false));
end $$;
grant execute on function sync.told_fault(jsonb, text, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- write_sync_decisions.sql
-- write_sync_decisions: the second call of a batch that had to be decided: writes clean and decided changes together,
-- conflict rows, ledger and metrics. The records are locked since the first call.
-- Units are what goes in together: the whole batch in one, or, carefully, group by group, each in its own savepoint, so
-- that one that cannot be written harms no other: whatever its reason, unless it is the transaction itself that is wrong.
-- Answers {receipts: {changeId: receipt}}, versions filled in.
-- Keeps   P1, P3, P4, P11
-- Called  push/write-decisions
create or replace function public.write_sync_decisions(p_decided jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_unit     jsonb;
  v_written  jsonb := '{}';
  v_faults   jsonb := '{}';
  v_detail   text;
  v_code     text;
  v_needed   text;
begin
  perform set_config('sync.device_id', p_decided ->> 'deviceId', true);
  for v_unit in select jsonb_array_elements(p_decided -> 'units') loop
    if not (p_decided ->> 'isCareful')::boolean then
      v_written := v_written || sync.write_unit(v_unit);
      continue;
    end if;
    -- what builds on something that could not be written is not tried; it fails only with what it says it builds on, and else is
    -- decided anew without it
    select case when bool_or((n ->> 'isAfter')::boolean and not (v_faults -> (n ->> 'unit') ->> 'isKept')::boolean) then 'failed' else 'behind' end
      into v_needed
      from jsonb_array_elements(v_unit -> 'needs') n where v_faults ? (n ->> 'unit') having count(*) > 0;
    if v_needed is not null then
      v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate', v_needed, 'told', v_needed, 'isKept', v_needed = 'behind'));
      continue;
    end if;
    begin
      v_written := v_written || sync.write_unit(v_unit);
    exception
      when others then
        get stacked diagnostics v_code = returned_sqlstate, v_detail = constraint_name;
        -- the transaction, not this change, is what is wrong: it is tried again whole
        if v_code ~ '^(08|25|40|53|55|57|58|XX)' then
          raise;
        end if;
        v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate', v_code, 'constraint', v_detail)
          || sync.told_fault(p_decided -> 'entries', v_unit ->> 'unit', v_code));
    end;
  end loop;

  return jsonb_build_object('receipts', sync.settle_decisions(p_decided, v_written, v_faults, v_started), 'faults', v_faults);
end $$;
grant execute on function public.write_sync_decisions(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- end.sql
select sync.close_functions();
