-- sync.read_heads: how far the order of some organizations has come, for the server alone: what wakes streams.
-- Called  stream/watch-heads, a few times a second while a stream is open
create or replace function sync.read_heads(p_organizations uuid[])
returns json language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(json_object_agg(c.organization_id, c.head), '{}') from sync.clock c where c.organization_id = any (p_organizations)
  );
end $$;
alter function sync.read_heads(uuid[]) owner to wedsync_engine;
grant execute on function sync.read_heads(uuid[]) to wedsync_server;
