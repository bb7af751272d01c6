-- sync.caller_scopes: what the caller may hold: the organization's own rows and their weddings. Null for a stranger.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_scopes()
returns uuid[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_scopes', true);
  end if;
  return (select c.scopes from sync.caller() c);
end $$;
grant execute on function sync.caller_scopes()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
