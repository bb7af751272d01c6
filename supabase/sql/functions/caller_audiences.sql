-- sync.caller_audiences: every name under which a row may let the caller see it.
create or replace function sync.caller_audiences()
returns text[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select array[c.role, 'person:' || c.person_id::text]
        || case when c.role in ('owner', 'planner', 'assistant') then array['team'] end
        || sync.caller_self()
      from sync.caller() c
  );
end $$;
alter function sync.caller_audiences() owner to wedsync_engine;
grant execute on function sync.caller_audiences() to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
