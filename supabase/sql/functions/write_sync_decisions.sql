-- write_sync_decisions: the second call of a batch that had to be decided: writes clean and decided changes together,
-- conflict rows, ledger and metrics. The records are locked since the first call.
-- Units are what goes in together: the whole batch in one, or, carefully, group by group, each in its own savepoint, so
-- that one that cannot be written harms no other: whatever its reason, unless it is the transaction itself that is wrong.
-- A unit that takes the time of all of them is told by its name, in the error's detail; the server leaves it out at the next look
-- (tooSlow), where it is kept for another try.
-- Answers {receipts: {changeId: receipt}}, versions filled in.
-- Raises  SY014  a unit took more than half of the time a statement has
-- Keeps   P1, P3, P4, P11, P14
-- Called  push/write-decisions
create or replace function public.write_sync_decisions(p_decided jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_began    timestamptz;
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
    -- what builds on something that could not be written is not tried; it fails only with what it says it builds on, and else is
    -- decided anew without it
    select case when bool_or((n ->> 'isAfter')::boolean and not (v_faults -> (n ->> 'unit') ->> 'isKept')::boolean) then 'failed' else 'behind' end
      into v_needed
      from jsonb_array_elements(v_unit -> 'needs') n where v_faults ? (n ->> 'unit') having count(*) > 0;
    if v_needed is not null then
      v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate', v_needed, 'told', v_needed, 'isKept', v_needed = 'behind'));
      continue;
    end if;
    if p_decided -> 'tooSlow' ? (v_unit ->> 'unit') then
      v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', '{"sqlstate": "57014"}' || sync.told_fault(p_decided -> 'entries', v_unit ->> 'unit', '57014'));
      continue;
    end if;
    begin
      v_began := clock_timestamp();
      v_written := v_written || sync.write_unit(v_unit);
    exception
      when query_canceled then
        -- time is over for all that come after it, too
        if clock_timestamp() - v_began > current_setting('statement_timeout')::interval / 2 then
          raise exception 'one unit took the time of all' using errcode = 'SY014', detail = v_unit ->> 'unit';
        end if;
        raise;
      when others then
        get stacked diagnostics v_code = returned_sqlstate, v_detail = constraint_name;
        -- the transaction, not this change, is what is wrong: it is tried again whole
        if v_code ~ '^(08|25|40|53|55|57|58|XX)' then
          raise;
        end if;
        v_faults := v_faults || jsonb_build_object(v_unit ->> 'unit', jsonb_build_object('sqlstate', v_code, 'constraint', v_detail)
          || sync.told_fault(p_decided -> 'entries', v_unit ->> 'unit', v_code));
    end;
  end loop;

  return jsonb_build_object('receipts', sync.settle_decisions(p_decided, v_written, v_faults, v_started), 'faults', v_faults);
end $$;
grant execute on function public.write_sync_decisions(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
