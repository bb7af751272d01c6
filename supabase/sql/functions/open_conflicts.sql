-- sync.open_conflicts: the caller's own open conflicts on some records, locked, so that a later edit can take their place.
-- Called  sync.open_batch
create or replace function sync.open_conflicts(p_locks jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found jsonb;
begin
  with found as materialized (
    select l.* from public.sync_conflict_log l
     where l.organization_id = sync.caller_organization() and l.user_id = sync.caller_user() and l.status = 'pending'
       and l.record_id in (select i.id::uuid from jsonb_to_recordset(p_locks) as k (ids jsonb) cross join jsonb_array_elements_text(k.ids) i (id))
     order by l.conflict_id
       for no key update of l
  )
  select coalesce(jsonb_agg(jsonb_build_object('conflictId', f.conflict_id, 'changeId', f.change_id, 'table', f.table_name, 'id', f.record_id,
                                               'kind', f.kind, 'version', f.version, 'fields', f.fields)), '[]')
    into v_found from found f;
  return v_found;
end $$;
alter function sync.open_conflicts(jsonb) owner to wedsync_engine;
grant execute on function sync.open_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
