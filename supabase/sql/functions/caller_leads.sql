-- sync.caller_leads: the weddings the caller leads.
-- Called  sync.open_batch
create or replace function sync.caller_leads()
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select array(select a.client_id from public.assignments a join sync.caller() c
                     on c.organization_id = a.organization_id and c.person_id = a.person_id where a.is_lead)
  );
end $$;
alter function sync.caller_leads() owner to wedsync_engine;
grant execute on function sync.caller_leads()
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
