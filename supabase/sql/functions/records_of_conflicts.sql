-- sync.records_of_conflicts: the records that deciding some open conflicts may write, as the locks of a batch: those in
-- dispute and those of the changes that wait behind them.
-- Keeps   P7: of conflicts that are none of the caller's business, nothing
-- Called  sync.open_batch, before it locks
create or replace function sync.records_of_conflicts(p_conflict_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    with own as materialized (
      select l.conflict_id from public.sync_conflict_log l
       where l.organization_id = sync.caller_organization() and l.conflict_id = any (p_conflict_ids) and sync.conflict_for(l) is not null
    )
    select coalesce(jsonb_agg(jsonb_build_object('table', t.table_name, 'ids', t.ids, 'toDelete', t.to_delete)), '[]')
      from (select k.table_name, jsonb_agg(distinct k.record_id) as ids, bool_or(k.to_delete) as to_delete
              from (select c.table_name, c.record_id, false as to_delete
                      from sync.contested_records c
                     where c.organization_id = sync.caller_organization() and c.conflict_id in (select o.conflict_id from own o)
                    union
                    select q.table_name, q.record_id, q.action = 'delete'
                      from sync.waiting_changes w
                      join public.offline_sync_queue q on q.organization_id = w.organization_id and q.change_id = w.change_id
                     where w.organization_id = sync.caller_organization() and w.conflict_id in (select o.conflict_id from own o) and q.record_id is not null) k
             group by k.table_name) t);
end $$;
alter function sync.records_of_conflicts(uuid[]) owner to wedsync_engine;
grant execute on function sync.records_of_conflicts(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
