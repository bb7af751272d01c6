-- sync.caller_organization: the caller's organization; once per statement in a policy.
create or replace function sync.caller_organization()
returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select c.organization_id from sync.caller() c
  );
end $$;
alter function sync.caller_organization() owner to wedsync_engine;
grant execute on function sync.caller_organization() to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
