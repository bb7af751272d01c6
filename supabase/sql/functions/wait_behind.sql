-- sync.wait_behind: notes which conflicts each change of a batch waits for, in the order they came.
-- Called  sync.settle_decisions, after the ledger rows
create or replace function sync.wait_behind(p_entries jsonb, p_receipts jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.waiting_changes (organization_id, conflict_id, change_id)
  select l.organization_id, l.conflict_id, e."changeId"
    from rows from (jsonb_to_recordset(p_entries) as ("changeId" uuid, "waitsFor" jsonb)) with ordinality as e ("changeId", "waitsFor", nth)
   cross join jsonb_array_elements_text(e."waitsFor") w (conflict_id)
    join public.sync_conflict_log l on l.organization_id = sync.caller_organization() and l.conflict_id = w.conflict_id::uuid and l.status = 'pending'
   where p_receipts -> e."changeId"::text ->> 'kind' = 'waiting'
   order by e.nth
  on conflict do nothing;
end $$;
alter function sync.wait_behind(jsonb, jsonb) owner to wedsync_engine;
