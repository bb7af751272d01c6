-- sync.first_moved: the position at which a record moved first after a moment; 1 where history does not go back that far, for
-- then it may have moved at any time.
-- Called  sync.base_positions, sync.cursor_since
create or replace function sync.first_moved(p_record_id uuid, p_table_id smallint, p_until timestamptz)
returns bigint language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select case when bool_or(h.at <= p_until or h.action = 'create') then coalesce(min(h.position) filter (where h.at > p_until), 1) else 1 end
      from sync.history h where h.record_id = p_record_id and h.table_id = p_table_id
  );
end $$;
alter function sync.first_moved(uuid, smallint, timestamptz) owner to wedsync_engine;
