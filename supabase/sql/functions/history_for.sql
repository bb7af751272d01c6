-- sync.history_for: be the person of these claims for this one statement, and read what happened to one record.
-- Called  ops/read-history
create or replace function sync.history_for(p_claims text, p_table text, p_record_id uuid, p_before bigint, p_limit integer)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return sync.read_history(p_table, p_record_id, p_before, p_limit);
end $$;
grant execute on function sync.history_for(text, text, uuid, bigint, integer) to wedsync_server;
