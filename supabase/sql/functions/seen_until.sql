-- sync.seen_until: the moment up to which whoever heard from this server at `p_since` has seen every transaction that began;
-- null where nothing can be said: a moment that is still to come.
-- A row is stamped with the beginning of its transaction, which may end later: by half a minute at most, which is what the
-- server lets its own take (db/in-transaction, with the time-out of a statement on top). Somebody at a console who takes
-- longer is still seen by `base`, where a device sends it.
-- Called  sync.base_positions, sync.cursor_since
create or replace function sync.seen_until(p_since timestamptz)
returns timestamptz language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return case when p_since <= clock_timestamp() then p_since - interval '30 seconds' end;
end $$;
grant execute on function sync.seen_until(timestamptz) to wedsync_engine;
