-- process_sync_batch: one batch of one device, in one call.
-- A plain batch (creates and updates, each of another record) of which nothing is contested is written whole:
-- {runs or settled, order}, see sync.write_batch. Otherwise nothing is written: {open: true} at a first glance, and, where the
-- caller holds a transaction open, the records of the batch locked and everything a decision needs.
-- A plain batch does not ask the ledger: one that was sent before is no longer clean, or ends at the ledger's key, and is
-- then looked up.
-- Keeps   P1, P4, P9; lock order: device, records by table and id, then the first write, which takes the clock
-- Called  sync.receive_batch
create or replace function public.process_sync_batch(p_batch jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_prepared sync.prepared_batch := sync.prepare_batch(p_batch);
begin
  if v_prepared.answer is not null then
    return v_prepared.answer;
  end if;
  return sync.write_batch(v_prepared);
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
