-- process_sync_batch: one batch of one device, in one call.
-- A plain batch (creates and updates, each of another record) of which nothing is contested is written whole, and its
-- receipts come back. Otherwise nothing is written: {open: true} at a first glance, and, where the caller holds a
-- transaction open, the records of the batch locked and everything a decision needs.
-- Keeps   P1, P4, P11; lock order: device, records by table and id, then the first write, which takes the clock
-- Called  push/process-batch
create or replace function public.process_sync_batch(p_batch jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_device   uuid := p_batch ->> 'deviceId';
  v_org      uuid;
  v_user     uuid;
  v_role     text;
  v_known    jsonb;
  v_scopes   uuid[];
  v_names    text[];
  v_group    record;
  v_clean    boolean;
  v_written  integer;
begin
  select o_organization, o_user, o_role, o_known into v_org, v_user, v_role, v_known
    from sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device',
                          array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]);
  if sync.cursor_fault(p_batch -> 'cursor') is not null then
    return jsonb_build_object('reset', sync.cursor_fault(p_batch -> 'cursor'));
  end if;
  if not (p_batch ->> 'isPlain')::boolean then
    return sync.open_batch(p_batch, v_org, v_role, v_known);
  end if;
  if v_known is not null or v_role not in ('owner', 'planner', 'assistant') then
    return '{"open": true}';
  end if;

  v_scopes := sync.caller_scopes();
  v_names := sync.caller_audiences();
  for v_group in select * from sync.group_changes(p_batch -> 'changes', v_role) loop
    if v_group.action = 'update' then
      execute format('select sync.%I($1, $2, $3, $4, $5, $6, $7, $8)', 'detect_' || v_group.table_name) into v_clean
        using v_org, v_scopes, v_names, v_group.writes, v_group.ids, v_group.base_versions, v_group.data, v_group.bases;
    else
      v_clean := v_group.can_create and v_group.fields <@ v_group.writes
                 and not exists (select from sync.known_ids(v_group.table_name, v_group.ids));
    end if;
    if not v_clean then
      return '{"open": true}';
    end if;
  end loop;

  perform set_config('sync.device_id', v_device::text, true);
  for v_group in select * from sync.group_changes(p_batch -> 'changes', v_role) loop
    if v_group.action = 'create' then
      perform sync.write_rows(v_group.table_name, 'create', v_group.fields, v_group.rows);
      continue;
    end if;
    perform set_config('sync.record_ids', v_group.ids::text, true), set_config('sync.change_ids', v_group.change_ids::text, true);
    execute format('select sync.%I($1, $2)', 'write_' || v_group.table_name || '_' || v_role) into v_written
      using v_group.ids, v_group.data;
    if v_written <> cardinality(v_group.ids) then
      raise exception 'some rows of % are not the caller''s to write', v_group.table_name using errcode = '42501';
    end if;
  end loop;

  return jsonb_build_object('receipts', sync.settle_plain_batch(v_device, p_batch, v_started));
end $$;
grant execute on function public.process_sync_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
