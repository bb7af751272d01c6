-- sync.caller_self: the names under which a vendor's own rows know them.
-- Called  policies, once per statement; the steps of a batch and of a pull, where it is laid open: nothing is called
create or replace function sync.caller_self()
returns text[] language sql stable
return case when current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true))
            then current_setting('sync.caller_self', true)::text[]
            else (sync.caller()).self end;
grant execute on function sync.caller_self()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
