-- sync.conflicts_for: be the person of these claims for this one statement, and read a page of the review queue.
-- Called  review/read-conflicts
create or replace function sync.conflicts_for(p_claims text, p_asked jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return '{"conflicts": [], "next": null, "total": 0}';
  end if;
  return sync.list_conflicts(p_asked);
end $$;
grant execute on function sync.conflicts_for(text, jsonb) to wedsync_server;
