-- sync.caller_rights: per scope, a digest of everything that decides what the caller reads there.
-- Called  sync.read_page: a scope whose digest is not the cursor's is loaded anew, one that is missing is revoked
create or replace function sync.caller_rights()
returns table (scope_id uuid, rights text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    with own as (
      -- an item may name a vendor of another wedding, so all of them count in every scope
      select string_agg(v.id::text, ',' order by v.id) as ids
        from sync.caller() c
        join public.vendor_contacts v on v.organization_id = c.organization_id and v.person_id = c.person_id
       where c.role = 'vendor'
    )
    select s.id, left(encode(sha256(convert_to(concat_ws('|', c.role, c.person_id, own.ids, r.digest), 'UTF8')), 'hex'), 16)
      from sync.caller() c
     cross join unnest(sync.caller_scopes()) s (id)
      cross join own
      left join sync.role_digests r on r.role = c.role;
end $$;
alter function sync.caller_rights() owner to wedsync_engine;
grant execute on function sync.caller_rights()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
