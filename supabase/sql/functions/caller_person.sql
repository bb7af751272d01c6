-- sync.caller_person: the caller as one of the organization's people.
create or replace function sync.caller_person()
returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select c.person_id from sync.caller() c
  );
end $$;
alter function sync.caller_person() owner to wedsync_engine;
grant execute on function sync.caller_person() to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
