-- sync.open_conflicts: one author's open conflicts on some records, locked, so that a later edit can take their place.
-- Called  sync.open_batch
create or replace function sync.open_conflicts(p_locks jsonb, p_author uuid)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found jsonb;
begin
  with found as materialized (
    select l.* from public.sync_conflict_log l
     where l.organization_id = sync.caller_organization() and l.user_id = p_author and l.status = 'pending'
       and exists (select from sync.contested_records c
                     join jsonb_to_recordset(p_locks) as k ("table" text, ids jsonb) on k."table" = c.table_name and k.ids ? c.record_id::text
                    where c.organization_id = l.organization_id and c.conflict_id = l.conflict_id)
     order by l.conflict_id
       for no key update of l
  )
  select coalesce(jsonb_agg(jsonb_build_object('conflictId', f.conflict_id, 'changeId', f.change_id, 'table', f.table_name, 'id', f.record_id,
                                               'kind', f.kind, 'version', f.version, 'fields', sync.fields_in_place(f))), '[]')
    into v_found from found f where f.user_id = sync.caller_user() or sync.conflict_for(f) is not null;
  return v_found;
end $$;
alter function sync.open_conflicts(jsonb, uuid) owner to wedsync_engine;
grant execute on function sync.open_conflicts(jsonb, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
