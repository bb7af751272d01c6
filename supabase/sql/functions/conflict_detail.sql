-- sync.conflict_detail: be the person of these claims for this one statement, and read one conflict; null for none of theirs.
-- Called  review/read-conflicts
create or replace function sync.conflict_detail(p_claims text, p_conflict_id uuid)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return sync.find_conflict(p_conflict_id);
end $$;
grant execute on function sync.conflict_detail(text, uuid) to wedsync_server;
