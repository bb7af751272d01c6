-- sync.is_due: whether a kept change is worth another try: it has waited long enough; the record it waits for is there, or is not going
-- to be made; the change it waits behind is through.
-- Called  claim_sync_retries
create or replace function sync.is_due(p_row public.offline_sync_queue)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return p_row.next_attempt_at <= now()
      or p_row.awaits_id is not null and (
           exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_row.awaits_id where t.name = p_row.awaits_table)
           or exists (select from public.offline_sync_queue c
                       where c.organization_id = p_row.organization_id and c.record_id = p_row.awaits_id and c.table_name = p_row.awaits_table
                         and c.action = 'create' and sync.is_lost(c)))
      or p_row.awaits_change is not null and not exists (
           select from public.offline_sync_queue c
            where c.organization_id = p_row.organization_id and c.change_id = p_row.awaits_change and c.status in ('pending', 'processing'));
end $$;
alter function sync.is_due(public.offline_sync_queue) owner to wedsync_engine;
