-- write_sync_decisions: the second call of a batch that had to be decided: writes clean and decided changes together,
-- conflict rows, ledger and metrics. The records are locked since the first call.
-- Units are what goes in together: the whole batch in one, or, carefully, group by group, each in its own savepoint, so
-- that one that cannot be written harms no other.
-- Answers {receipts: {changeId: receipt}}, versions filled in.
-- Keeps   P1, P3, P4, P11
-- Called  push/write-decisions
create or replace function public.write_sync_decisions(p_decided jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_unit     jsonb;
  v_written  jsonb := '{}';
  v_faults   jsonb := '{}';
  v_detail   text;
  v_code     text;
  v_needed   text;
begin
  perform set_config('sync.device_id', p_decided ->> 'deviceId', true);
  for v_unit in select jsonb_array_elements(p_decided -> 'units') loop
    if not (p_decided ->> 'isCareful')::boolean then
      v_written := v_written || sync.write_unit(v_unit);
      continue;
    end if;
    -- what builds on something that could not be written is not tried
    select v_faults -> n ->> 'sqlstate' into v_needed from jsonb_array_elements_text(v_unit -> 'needs') n where v_faults ? n limit 1;
    if v_needed is not null then
      v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate',
        case when v_needed in ('23503', 'behind') then 'behind' else 'failed' end));
      continue;
    end if;
    begin
      v_written := v_written || sync.write_unit(v_unit);
    exception
      when integrity_constraint_violation or insufficient_privilege or data_exception or sqlstate 'SY010' then
        get stacked diagnostics v_code = returned_sqlstate, v_detail = constraint_name;
        v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate', v_code, 'constraint', v_detail));
    end;
  end loop;

  return jsonb_build_object('receipts', sync.settle_decisions(p_decided, v_written, v_faults, v_started), 'faults', v_faults);
end $$;
grant execute on function public.write_sync_decisions(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
