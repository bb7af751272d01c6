-- sync.remember_caller: keeps, for the rest of the transaction, what follows from who the caller is: policies ask many times.
-- Bound to the claims and the role it was worked out for; under any others it counts for nothing. Whoever could set it
-- could set the claims themselves, so it opens no door that was closed.
-- Called  sync.assume_caller; assign_creator, when the answer changed
create or replace function sync.remember_caller()
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('sync.caller_is', concat(current_setting('role'), current_setting('request.jwt.claims', true)), true),
          set_config('sync.caller_organization', c.organization_id::text, true), set_config('sync.caller_user', c.user_id::text, true),
          set_config('sync.caller_person', c.person_id::text, true), set_config('sync.caller_role', c.role, true),
          set_config('sync.caller_scopes', c.scopes::text, true), set_config('sync.caller_audiences', c.audiences::text, true),
          set_config('sync.caller_self', c.self::text, true)
     from sync.caller() c;
end $$;
alter function sync.remember_caller() owner to wedsync_engine;
grant execute on function sync.remember_caller() to wedsync_server, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
