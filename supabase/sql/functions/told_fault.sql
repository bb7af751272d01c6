-- sync.told_fault: which of the receipts prepared for a unit answers a refusal: the one for its SQLSTATE, for its class, or for any
-- other; and whether that means that the unit is kept for another try.
-- Called  write_sync_decisions
create or replace function sync.told_fault(p_entries jsonb, p_unit text, p_code text)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_receipts jsonb := (select e -> 'ifFault' from jsonb_array_elements(p_entries) e where e ->> 'unit' = p_unit limit 1);
  v_told     text  := case when v_receipts ? p_code then p_code when v_receipts ? left(p_code, 2) then left(p_code, 2) else 'other' end;
begin
  return jsonb_build_object('told', v_told, 'isKept', coalesce((v_receipts #>> array[v_told, 'failure', 'kept'])::boolean, false));
end $$;
grant execute on function sync.told_fault(jsonb, text, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
