-- sync.caller_role: the caller's role in their organization.
create or replace function sync.caller_role()
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select c.role from sync.caller() c
  );
end $$;
alter function sync.caller_role() owner to wedsync_engine;
grant execute on function sync.caller_role() to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
