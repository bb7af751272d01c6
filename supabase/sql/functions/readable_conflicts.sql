-- sync.readable_conflicts: the conflicts of one scope that the caller may read.
-- Keeps   P7
-- Called  sync.read_scope
create or replace function sync.readable_conflicts(p_scope uuid)
returns setof uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select l.conflict_id from public.sync_conflict_log l
     where l.organization_id = sync.caller_organization() and coalesce(l.scope_id, l.organization_id) = p_scope and sync.conflict_for(l) is not null;
end $$;
alter function sync.readable_conflicts(uuid) owner to wedsync_engine;
grant execute on function sync.readable_conflicts(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
