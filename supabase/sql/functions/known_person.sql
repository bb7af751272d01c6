-- sync.known_person: who an account is, as far as the caller may know: a name only of people they see, else the role alone.
-- Called  sync.read_history, sync.conflicts_met
create or replace function sync.known_person(p_user_id uuid, p_role text)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person record;
begin
  select p.id, p.name, m.role into v_person
    from public.memberships m join public.people p on p.organization_id = m.organization_id and p.id = m.person_id
   where m.organization_id = sync.caller_organization() and m.user_id = p_user_id
     and sync.audience_of_people(p) && sync.caller_audiences();
  return jsonb_build_object('personId', v_person.id, 'name', v_person.name,
                            'role', coalesce(substring(p_role from '^app_(.+)$'), v_person.role));
end $$;
alter function sync.known_person(uuid, text) owner to wedsync_engine;
