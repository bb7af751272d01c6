-- sync.remember_caller: keeps, for the rest of the transaction, what follows from who the caller is: policies ask many times.
-- Answers their role, null for a stranger.
-- Bound to the claims and to the role their membership gives them; under any others it counts for nothing. Whoever could set
-- it could set the claims themselves, so it opens no door that was closed.
-- Called  sync.assume_caller; sync.open_batch, after its waits; assign_creator, when the answer changed
create or replace function sync.remember_caller()
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me    sync.caller_facts := sync.describe_caller();
  v_noted text;
begin
  if v_me.role is null then
    return null;
  end if;
  v_noted := concat(
    set_config('sync.caller_is', concat('app_', v_me.role, current_setting('request.jwt.claims', true)), true),
    set_config('sync.caller_organization', v_me.organization_id::text, true), set_config('sync.caller_user', v_me.user_id::text, true),
    set_config('sync.caller_person', v_me.person_id::text, true), set_config('sync.caller_role', v_me.role, true),
    set_config('sync.caller_scopes', v_me.scopes::text, true), set_config('sync.caller_audiences', v_me.audiences::text, true),
    set_config('sync.caller_self', v_me.self::text, true));
  return v_me.role;
end $$;
alter function sync.remember_caller() owner to wedsync_engine;
grant execute on function sync.remember_caller() to wedsync_server, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
