-- sync.status_for: be the person of these claims for this one statement, and read somebody's status.
-- Called  ops/read-status
create or replace function sync.status_for(p_claims text, p_user_id uuid, p_hours integer)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return public.get_user_sync_status(p_user_id, p_hours);
end $$;
grant execute on function sync.status_for(text, uuid, integer) to wedsync_server;
