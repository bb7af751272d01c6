-- sync.find_caller: who the claims name, in the organization the claims name; no row for a stranger.
-- Called  sync.assume_caller and sync.caller
create or replace function sync.find_caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  -- read once, not once a row
  v_claims       jsonb := nullif(current_setting('request.jwt.claims', true), '');
  v_user         uuid  := v_claims ->> 'sub';
  v_organization uuid  := v_claims #>> '{app_metadata,organization_id}';
begin
  return query
    select m.organization_id, m.user_id, m.person_id, m.role
      from public.memberships m where m.user_id = v_user and m.organization_id = v_organization;
end $$;
alter function sync.find_caller() owner to wedsync_engine;
grant execute on function sync.find_caller() to wedsync_server;
