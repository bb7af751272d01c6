-- sync.handled_for: be the person of these claims for this one statement, and ask how it stands with a change.
-- Called  review/handle-failed
create or replace function sync.handled_for(p_claims text, p_change_id uuid)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return sync.find_handled(p_change_id);
end $$;
grant execute on function sync.handled_for(text, uuid) to wedsync_server;
