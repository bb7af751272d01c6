-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; no row for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query select c.* from sync.describe_caller() c where current_setting('role') = 'app_' || c.role;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
