-- sync.leads_of: the accounts that lead a wedding today.
-- Called  the functions that sync.build_batch_functions writes
create or replace function sync.leads_of(p_scope uuid)
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return array(select m.user_id from public.assignments a
                 join public.memberships m on m.organization_id = a.organization_id and m.person_id = a.person_id
                where a.organization_id = sync.caller_organization() and a.client_id = p_scope and a.is_lead);
end $$;
alter function sync.leads_of(uuid) owner to wedsync_engine;
