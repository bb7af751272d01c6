-- sync.caller_role: the caller's role in their organization.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_role()
returns text language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_role', true)
            else (sync.caller()).role end;
grant execute on function sync.caller_role()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
