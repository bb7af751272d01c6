-- sync.wire_expression: the SQL that spells one column as it stands on the wire: wall times to the minute, times of day
-- as 15:30, instants in UTC to the millisecond. Everything else is spelled by PostgreSQL itself.
-- Called  sync.track and sync.grant_rights, which write it into functions and queries
create or replace function sync.wire_expression(p_column text, p_type regtype)
returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_type
    when 'timestamp'::regtype   then format('to_char(%1$s, ''YYYY-MM-DD"T"HH24:MI'') || case when extract(second from %1$s) <> 0 then to_char(%1$s, '':SS'') else '''' end', p_column)
    when 'time'::regtype        then format('left(%s::text, 5)', p_column)
    when 'timestamptz'::regtype then format('to_char(%s at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'')', p_column)
    else p_column end
$$;
