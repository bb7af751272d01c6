-- sync.find_session: whose session this is, now; null for one that is unknown, ended or over.
-- `role` and `name` are for showing, and null for who is no member any more: rights are looked up by each transaction itself.
-- Called  auth/sessions, by every request with a cookie, and sync.open_session
create or replace function sync.find_session(p_session_hash bytea)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_build_object('userId', s.user_id, 'organizationId', s.organization_id, 'csrfHash', encode(s.csrf_hash, 'hex'),
                              'expiresAt', s.expires_at, 'role', m.role, 'name', p.name)
      from sync.sessions s
      left join public.memberships m on m.organization_id = s.organization_id and m.user_id = s.user_id
      left join public.people p on p.organization_id = m.organization_id and p.id = m.person_id
     where s.session_hash = p_session_hash and s.ended_at is null and s.expires_at > now()
  );
end $$;
alter function sync.find_session(bytea) owner to wedsync_engine;
grant execute on function sync.find_session(bytea) to wedsync_server;
