-- sync.caller_scopes: what the caller may hold: the organization's own rows and their weddings. Null for a stranger.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_scopes()
returns uuid[] language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_scopes', true)::uuid[]
            else (sync.caller()).scopes end;
grant execute on function sync.caller_scopes()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
