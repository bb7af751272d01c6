-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; no row for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  sync.assume_caller, and every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select c.organization_id, c.user_id, c.person_id, c.role,
           c.organization_id || case c.role
             when 'owner'  then array(select w.id from public.clients w where w.organization_id = c.organization_id)
             when 'vendor' then array(select distinct v.client_id from public.vendor_contacts v
                                       where v.organization_id = c.organization_id and v.person_id = c.person_id)
             else array(select a.client_id from public.assignments a
                         where a.organization_id = c.organization_id and a.person_id = c.person_id) end,
           array[c.role, 'person:' || c.person_id::text]
             || case when c.role in ('owner', 'planner', 'assistant') then array['team'] end || own.names,
           own.names
      from sync.find_caller() c
     cross join lateral (
       select array(select 'vendor:' || v.id::text from public.vendor_contacts v
                     where c.role = 'vendor' and v.organization_id = c.organization_id and v.person_id = c.person_id) as names) own
     where current_setting('role') = 'app_' || c.role;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
