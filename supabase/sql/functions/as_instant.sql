-- sync.as_instant: an instant as it stands on the wire.
-- Called  whoever writes one into JSON
create or replace function sync.as_instant(p_at timestamptz)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
alter function sync.as_instant(timestamptz) owner to wedsync_engine;
