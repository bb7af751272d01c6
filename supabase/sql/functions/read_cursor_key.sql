-- sync.read_cursor_key: the key that signs cursors, for the server alone.
-- Called  pull/cursor, once at start
create or replace function sync.read_cursor_key()
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select encode(e.cursor_key, 'hex') from sync.epoch e
  );
end $$;
alter function sync.read_cursor_key() owner to wedsync_engine;
grant execute on function sync.read_cursor_key() to wedsync_server;
