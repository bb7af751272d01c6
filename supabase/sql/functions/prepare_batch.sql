-- sync.prepare_batch: everything of a batch that can be done before the clock is taken, which everybody else then waits for: it is
-- looked at, its records are locked, and of a plain one of which nothing is contested the ledger's rows are written. Answers the
-- batch as sync.write_batch takes it, or, where nothing is to be written, its answer.
-- Keeps   P1, P9; lock order: device, records by table and id
-- Called  process_sync_batch, sync.receive_batches
create or replace function sync.prepare_batch(p_batch jsonb)
returns sync.prepared_batch language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_device   uuid := p_batch ->> 'deviceId';
  v_role     text := sync.caller_role();
  v_fault    text := sync.cursor_fault(p_batch -> 'cursor');
  v_prepared sync.prepared_batch;
  v_groups   sync.change_group[];
  v_group    sync.change_group;
  v_keeps    boolean;
  v_recorded integer;
begin
  if v_fault is not null then
    v_prepared.answer := jsonb_build_object('reset', v_fault);
    return v_prepared;
  end if;
  v_keeps := sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device');
  if not (p_batch ->> 'isPlain')::boolean then
    v_prepared.answer := sync.open_batch(p_batch, v_role);
    return v_prepared;
  end if;
  v_prepared.answer := '{"open": true}';
  if v_keeps or v_role not in ('owner', 'planner', 'assistant') then
    return v_prepared;
  end if;

  -- everything is locked and looked at before anything is written
  foreach v_group in array sync.read_groups(p_batch -> 'groups') loop
    v_group := sync.prepare_group(v_group, v_role);
    if v_group.table_name is null then
      return v_prepared;
    end if;
    v_groups := v_groups || v_group;
  end loop;
  -- of these records a freeze may hold something, and there is one, or nearly: TypeScript knows by the minute
  if v_role <> 'owner' and p_batch ? 'mayBeHeld'
     and sync.is_freeze_near(array(select jsonb_array_elements_text(p_batch #> '{mayBeHeld,ids}'))::uuid[], (p_batch #>> '{mayBeHeld,at}')::timestamptz) then
    return v_prepared;
  end if;
  foreach v_group in array v_groups loop
    v_recorded := sync.record_changes(v_group, v_device, (p_batch ->> 'batchId')::uuid);
  end loop;
  return row(null, v_role, v_device, p_batch ->> 'sessionId', v_started, v_groups)::sync.prepared_batch;
end $$;
grant execute on function sync.prepare_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
