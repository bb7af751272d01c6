-- sync.find_caller: who the claims name, in the organization the claims name; no row for a stranger.
-- Called  sync.assume_caller and sync.caller
create or replace function sync.find_caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select m.organization_id, m.user_id, m.person_id, m.role
      from (select nullif(current_setting('request.jwt.claims', true), '')::jsonb as claims) c
      join public.memberships m
        on m.user_id = (c.claims ->> 'sub')::uuid
       and m.organization_id = (c.claims #>> '{app_metadata,organization_id}')::uuid;
end $$;
alter function sync.find_caller() owner to wedsync_engine;
grant execute on function sync.find_caller() to wedsync_server;
