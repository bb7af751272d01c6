-- sync.describe_caller: who the claims name, in the organization the claims name, with everything that follows from who they
-- are, whatever the database role is just now; null for a stranger.
-- Called  sync.remember_caller, and sync.caller, which asks for the role as well
create or replace function sync.describe_caller()
returns sync.caller_facts language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
  -- read once, not once a row
  v_claims       jsonb := nullif(current_setting('request.jwt.claims', true), '');
  v_user         uuid  := v_claims ->> 'sub';
  v_organization uuid  := v_claims #>> '{app_metadata,organization_id}';
  v_me           record;
  v_scopes       uuid[];
  v_self         text[] := '{}';
begin
  select m.organization_id, m.user_id, m.person_id, m.role into v_me
    from public.memberships m where m.user_id = v_user and m.organization_id = v_organization;
  if not found then
    return null;
  end if;
  if v_me.role = 'owner' then
    v_scopes := array(select w.id from public.clients w where w.organization_id = v_me.organization_id);
  elsif v_me.role = 'vendor' then
    select coalesce(array_agg(distinct v.client_id), '{}'), coalesce(array_agg('vendor:' || v.id::text), '{}') into v_scopes, v_self
      from public.vendor_contacts v where v.organization_id = v_me.organization_id and v.person_id = v_me.person_id;
  else
    v_scopes := array(select a.client_id from public.assignments a
                       where a.organization_id = v_me.organization_id and a.person_id = v_me.person_id);
  end if;
  return (v_me.organization_id, v_me.user_id, v_me.person_id, v_me.role, v_me.organization_id || v_scopes,
          array[v_me.role, 'person:' || v_me.person_id::text]
            || case when v_me.role in ('owner', 'planner', 'assistant') then array['team'] end || v_self, v_self)::sync.caller_facts;
end $$;
alter function sync.describe_caller() owner to wedsync_engine;
