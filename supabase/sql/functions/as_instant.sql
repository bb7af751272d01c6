-- sync.as_instant: an instant as it stands on the wire.
-- Called  whoever writes one into JSON, where it is laid open: nothing is called
create or replace function sync.as_instant(p_at timestamptz)
returns text language sql stable
return to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
alter function sync.as_instant(timestamptz) owner to wedsync_engine;
