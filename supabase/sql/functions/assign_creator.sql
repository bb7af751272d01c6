-- assign_creator: a planner who makes a wedding works on it, and leads it; else it would be in nobody's scope but the owner's.
-- Called  trigger on public.clients
create or replace function public.assign_creator()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.assignments (id, organization_id, person_id, client_id, is_lead)
  select gen_random_uuid(), c.organization_id, c.person_id, new.id, true from sync.caller() c where c.role = 'planner';
  -- an owner's scopes grow by it as well
  perform sync.remember_caller();
  return null;
end $$;
alter function public.assign_creator() owner to wedsync_engine;
