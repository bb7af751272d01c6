-- sync.write_batch: writes the rows of a plain batch that was prepared, and says what its changes led to: {runs or settled, order}, see
-- sync.settle_batch. The first row takes the clock.
-- Keeps   P3, P4
-- Called  process_sync_batch, sync.receive_batches
create or replace function sync.write_batch(p_batch sync.prepared_batch)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_noted   text := concat(set_config('sync.device_id', p_batch.device_id::text, true), set_config('sync.led', '', true));
  v_changes integer := 0;
  v_group   sync.change_group;
  v_settled jsonb;
  v_took    double precision;
begin
  foreach v_group in array p_batch.groups loop
    v_changes := v_changes + sync.write_group(v_group, p_batch.role);
  end loop;
  v_settled := sync.settle_batch(p_batch.groups);
  v_took := sync.record_batch(p_batch.device_id, p_batch.session_id, v_changes, 0, 0, p_batch.started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return v_settled || jsonb_build_object('order', to_jsonb(sync.read_order()));
end $$;
grant execute on function sync.write_batch(sync.prepared_batch) to app_owner, app_planner, app_assistant;
