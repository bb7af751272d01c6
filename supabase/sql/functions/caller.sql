-- sync.caller: the caller, but only while the database role is the one their membership gives them.
-- Keeps   P7: claims of one person under the role of another see nothing
create or replace function sync.caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select m.organization_id, m.user_id, m.person_id, m.role
      from (select nullif(current_setting('request.jwt.claims', true), '')::jsonb as claims) c
      join public.memberships m
        on m.user_id = (c.claims ->> 'sub')::uuid
       and m.organization_id = (c.claims #>> '{app_metadata,organization_id}')::uuid
     where current_setting('role') = 'app_' || m.role;
end $$;
alter function sync.caller() owner to wedsync_engine;
