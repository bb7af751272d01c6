-- sync.settle_plain_batch: writes the ledger of a batch that went in whole, a receipt for each change, and a row of metrics.
-- Keeps   P1, by offline_sync_queue_pkey: a change another device settled meanwhile aborts the batch, which is tried again
-- Called  process_sync_batch, once, after the rows are written
create or replace function sync.settle_plain_batch(p_device_id uuid, p_batch jsonb, p_started timestamptz)
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_caller   record;
  v_receipts jsonb;
  v_items    integer := jsonb_array_length(p_batch -> 'changes');
begin
  select * into strict v_caller from sync.caller();

  with settled as materialized (
    select c."changeId" as change_id, c."table" as table_name, c.id, c.action, c.hash, c.payload,
           jsonb_build_object('kind', 'processed', 'processed', jsonb_build_object(
             'changeId', c."changeId", 'serverId', c.id, 'action', c.action, 'version', r.position,
             -- a change that found every field at the wanted value moved nothing
             'outcome', case when c.action = 'create' or r.xmin = pg_current_xact_id()::xid then 'applied' else 'already_applied' end)) as receipt
      from jsonb_to_recordset(p_batch -> 'changes')
             as c ("changeId" uuid, "table" text, id uuid, action text, hash text, payload jsonb)
      join sync.tables t on t.name = c."table"
      join sync.records r on r.record_id = c.id and r.table_id = t.table_id and r.gone is null
  ), ledger as (
    insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action,
                                           payload, payload_hash, status, receipt, settled_at)
    select v_caller.organization_id, s.change_id, v_caller.user_id, p_device_id, (p_batch ->> 'batchId')::uuid, s.table_name, s.id,
           s.action, s.payload, decode(s.hash, 'hex'), 'completed', s.receipt, now()
      from settled s order by s.change_id
  ), metrics as (
    insert into public.sync_performance_metrics (organization_id, user_id, device_id, session_id, items, conflicts, errors, duration_ms)
    values (v_caller.organization_id, v_caller.user_id, p_device_id, p_batch ->> 'sessionId', v_items, 0, 0,
            extract(epoch from clock_timestamp() - p_started) * 1000)
  ), device as (
    update public.offline_sync_status d set last_success_at = now()
     where d.organization_id = v_caller.organization_id and d.user_id = v_caller.user_id and d.device_id = p_device_id
  )
  select jsonb_agg(s.receipt) into v_receipts from settled s;

  if jsonb_array_length(v_receipts) <> v_items then
    raise exception 'P3: % changes got % receipts', v_items, jsonb_array_length(v_receipts);
  end if;
  return v_receipts;
end $$;
alter function sync.settle_plain_batch(uuid, jsonb, timestamptz) owner to wedsync_engine;
grant execute on function sync.settle_plain_batch(uuid, jsonb, timestamptz) to app_owner, app_planner, app_assistant;
