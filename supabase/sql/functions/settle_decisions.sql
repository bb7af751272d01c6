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
