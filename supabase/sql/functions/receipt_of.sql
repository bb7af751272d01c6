-- sync.receipt_of: the receipt of a ledger row as it was answered. A plain one is kept as its outcome and its version.
-- Called  sync.claim_batch, sync.late_receipts
create or replace function sync.receipt_of(p_row public.offline_sync_queue)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(p_row.receipt, jsonb_build_object('kind', 'processed', 'processed', jsonb_build_object(
    'changeId', p_row.change_id, 'serverId', p_row.record_id, 'action', p_row.action, 'version', p_row.version, 'outcome', p_row.outcome)));
end $$;
alter function sync.receipt_of(public.offline_sync_queue) owner to wedsync_engine;
