-- sync.open_clock: a new organization starts its order at zero.
-- Called  trigger on public.organizations
create or replace function sync.open_clock()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.clock (organization_id) values (new.id) on conflict on constraint clock_pkey do nothing;
  return null;
end $$;
alter function sync.open_clock() owner to wedsync_engine;
