-- sync.caller_self: the names under which a vendor's own rows know them.
create or replace function sync.caller_self()
returns text[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select array(select 'vendor:' || v.id::text from public.vendor_contacts v
                  where c.role = 'vendor' and v.organization_id = c.organization_id and v.person_id = c.person_id)
      from sync.caller() c
  );
end $$;
alter function sync.caller_self() owner to wedsync_engine;
grant execute on function sync.caller_self() to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
