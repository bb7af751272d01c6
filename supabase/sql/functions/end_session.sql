-- sync.end_session: from now on this session is nobody's; says whether it was somebody's.
-- Called  auth/sessions
create or replace function sync.end_session(p_session_hash bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update sync.sessions s set ended_at = now()
   where s.session_hash = p_session_hash and s.ended_at is null and s.expires_at > now();
  return found;
end $$;
alter function sync.end_session(bytea) owner to wedsync_engine;
grant execute on function sync.end_session(bytea) to wedsync_server;
