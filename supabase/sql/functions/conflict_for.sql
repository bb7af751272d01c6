-- sync.conflict_for: a conflict as the caller may read it; null for one that is none of their business.
-- Keeps   P7
-- Called  sync.read_conflict, sync.open_conflicts, sync.decided_conflicts, sync.records_of_conflicts, sync.move_sides, sync.settle_conflict
create or replace function sync.conflict_for(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select c.told from sync.conflicts_told(array[p_log]) c);
end $$;
alter function sync.conflict_for(public.sync_conflict_log) owner to wedsync_engine;
