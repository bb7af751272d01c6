-- sync.caller_user: the caller's account.
-- Called  policies, once per statement; the steps of a batch and of a pull
create or replace function sync.caller_user()
returns uuid language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('sync.caller_is', true) = concat(current_setting('role'), current_setting('request.jwt.claims', true)) then
    return current_setting('sync.caller_user', true);
  end if;
  return (select c.user_id from sync.caller() c);
end $$;
grant execute on function sync.caller_user()
  to wedsync_engine, app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
