-- sync.caller_scopes: what the caller may hold: the organization's own rows and their weddings. Null for a stranger.
create or replace function sync.caller_scopes()
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select c.organization_id || case c.role
             when 'owner'  then array(select w.id from public.clients w where w.organization_id = c.organization_id)
             when 'vendor' then array(select distinct v.client_id from public.vendor_contacts v
                                       where v.organization_id = c.organization_id and v.person_id = c.person_id)
             else array(select a.client_id from public.assignments a
                         where a.organization_id = c.organization_id and a.person_id = c.person_id) end
      from sync.caller() c
  );
end $$;
alter function sync.caller_scopes() owner to wedsync_engine;
grant execute on function sync.caller_scopes() to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
