-- sync.caller_person: the caller as one of the organization's people.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_person()
returns uuid language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_person', true);
  end if;
  return (select c.person_id from sync.caller() c);
end $$;
grant execute on function sync.caller_person()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
