-- sync.discard_for: be the person of these claims for this one statement, and discard a failed change.
-- Called  review/handle-failed
create or replace function sync.discard_for(p_claims text, p_change_id uuid, p_message text)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return 0;
  end if;
  return sync.discard_failed(p_change_id, p_message);
end $$;
grant execute on function sync.discard_for(text, uuid, text) to wedsync_server;
