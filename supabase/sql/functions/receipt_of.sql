-- sync.receipt_of: the receipt of a ledger row as it was answered. Of a plain change only where the record stood before is
-- kept; whether it moved, and to where, is in history.
-- Called  sync.find_known, sync.late_receipts, sync.settled_of
create or replace function sync.receipt_of(p_row public.offline_sync_queue)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_moved_to bigint;
begin
  if p_row.receipt is not null then
    return case when p_row.receipt ? 'conflict'
      then jsonb_set(p_row.receipt, '{conflict}', sync.told_conflict(p_row.receipt -> 'conflict')) else p_row.receipt end;
  end if;
  select max(h.position) into v_moved_to
    from sync.history h join sync.tables t on t.table_id = h.table_id
   where t.name = p_row.table_name and h.record_id = p_row.record_id and h.change_id = p_row.change_id;
  return jsonb_build_object('kind', 'processed', 'processed', jsonb_build_object(
    'changeId', p_row.change_id, 'serverId', p_row.record_id, 'action', p_row.action, 'version', coalesce(v_moved_to, p_row.version),
    'outcome', case when v_moved_to is null then 'already_applied' else 'applied' end));
end $$;
alter function sync.receipt_of(public.offline_sync_queue) owner to wedsync_engine;
