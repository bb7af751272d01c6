-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; null for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns sync.caller_facts language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me sync.caller_facts := sync.describe_caller();
begin
  return case when current_setting('role') = 'app_' || v_me.role then v_me end;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
