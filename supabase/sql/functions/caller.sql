-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; no row for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  sync.remember_caller, and every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_me     record;
  v_scopes uuid[];
  v_self   text[] := '{}';
begin
  select * into v_me from sync.find_caller() c where current_setting('role') = 'app_' || c.role;
  if not found then
    return;
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
  return query
    select v_me.organization_id, v_me.user_id, v_me.person_id, v_me.role, v_me.organization_id || v_scopes,
           array[v_me.role, 'person:' || v_me.person_id::text]
             || case when v_me.role in ('owner', 'planner', 'assistant') then array['team'] end || v_self,
           v_self;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
