-- sync.open_session: a session for the person of these claims; null for somebody who is no member.
-- Cleans up what nobody can use any more, a little at a time, and ends the person's oldest beyond twenty.
-- Called  auth/sessions
create or replace function sync.open_session(p_claims text, p_session_hash bytea, p_csrf_hash bytea, p_expires_at timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_caller sync.caller_facts;
begin
  perform set_config('request.jwt.claims', p_claims, true);
  v_caller := sync.describe_caller();
  if v_caller.role is null then
    return null;
  end if;

  delete from sync.sessions s where s.session_hash in (
    select o.session_hash from sync.sessions o where o.expires_at < now() - interval '1 day' order by o.expires_at limit 100 for update skip locked);
  insert into sync.sessions (session_hash, organization_id, user_id, csrf_hash, expires_at)
  values (p_session_hash, v_caller.organization_id, v_caller.user_id, p_csrf_hash, p_expires_at);
  update sync.sessions s set ended_at = now() where s.session_hash in (
    select o.session_hash from sync.sessions o
     where o.organization_id = v_caller.organization_id and o.user_id = v_caller.user_id and o.ended_at is null and o.expires_at > now()
     order by o.created_at desc offset 20);
  return sync.find_session(p_session_hash);
end $$;
alter function sync.open_session(text, bytea, bytea, timestamptz) owner to wedsync_engine;
grant execute on function sync.open_session(text, bytea, bytea, timestamptz) to wedsync_server;
