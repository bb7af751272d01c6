-- sync.side_in_words: who made a side of a conflict, with their name and their account where the caller may read these.
-- Keeps   P7
-- Called  sync.conflicts_told, once for each person; sync.history_of
create or replace function sync.side_in_words(p_by jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return case when p_by ->> 'userId' is null then p_by || '{"name": null}' else p_by || jsonb_build_object('name', (
    select p.name from public.memberships m
      join public.people p on p.id = m.person_id and p.organization_id = m.organization_id
     where m.organization_id = sync.caller_organization() and m.user_id = (p_by ->> 'userId')::uuid
       and sync.sees_record('people', p.id)
       and exists (select from sync.field_rights f where f.table_name = 'people' and f.field = 'name' and f.role = sync.caller_role() and f.can_read)
     limit 1), 'userId', (
    select m.user_id from public.memberships m
     where m.organization_id = sync.caller_organization() and m.user_id = (p_by ->> 'userId')::uuid and sync.sees_record('memberships', m.id))) end;
end $$;
alter function sync.side_in_words(jsonb) owner to wedsync_engine;
