-- sync.last_moved: the position at which anything in one of the caller's scopes moved last; 0 where nothing ever did.
-- Called  sync.read_scope
create or replace function sync.last_moved(p_scope uuid)
returns bigint language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(max(r.position), 0) from sync.records r
     where r.organization_id = sync.caller_organization() and r.scope_id = p_scope and p_scope = any (sync.caller_scopes())
  );
end $$;
alter function sync.last_moved(uuid) owner to wedsync_engine;
grant execute on function sync.last_moved(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
