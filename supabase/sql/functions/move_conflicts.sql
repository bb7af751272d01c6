-- sync.move_conflicts: while a conflict waits, its server side moves along with the record, whoever writes, and its version
-- rises: who decided on an older view is told so.
-- Keeps   P4: no edit is decided away that the person who decides has not seen
-- Called  sync.review_history
create or replace function sync.move_conflicts(p_moved sync.history[])
returns void language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_moved  record;
  v_log    public.sync_conflict_log;
  v_fields jsonb;
begin
  for v_moved in
    select c.conflict_id, t.table_id, t.name as table_name, n.organization_id, n.record_id, n.action, n.before, n.after,
           jsonb_build_object('userId', n.user_id, 'deviceId', n.device_id, 'at', sync.as_instant(n.at)) as moved_by
      from unnest(p_moved) n
      join sync.tables t on t.table_id = n.table_id
      join sync.contested_records c on c.organization_id = n.organization_id and c.record_id = n.record_id and c.table_name = t.name
     order by c.conflict_id, n.position
  loop
    select l.* into v_log from public.sync_conflict_log l
     where l.organization_id = v_moved.organization_id and l.conflict_id = v_moved.conflict_id and l.status = 'pending'
       for no key update;
    continue when not found;
    v_fields := sync.moved_fields(v_log, v_moved.table_name, v_moved.record_id, v_moved.action, v_moved.before, v_moved.after, v_moved.moved_by);
    -- a field that only makes sense with a contested one moved: whoever decides should look again
    continue when v_fields = v_log.fields and v_moved.action = 'update' and not exists (
      select from jsonb_array_elements(v_log.fields) e
        join sync.fields f on f.table_id = v_moved.table_id and f.field = e ->> 'field'
        join sync.fields o on o.table_id = f.table_id and o.together = f.together and v_moved.after ? o.field
       where coalesce(e ->> 'table', v_log.table_name) = v_moved.table_name and coalesce((e ->> 'id')::uuid, v_log.record_id) = v_moved.record_id);
    update public.sync_conflict_log l
       set fields = v_fields, version = l.version + 1,
           kind = case when v_moved.record_id <> l.record_id or v_moved.table_name <> l.table_name then l.kind
                       when v_moved.action = 'delete' and l.kind = 'fields' then 'edit_deleted'
                       when v_moved.action = 'create' and l.kind = 'edit_deleted' then 'fields'
                       else l.kind end
     where l.organization_id = v_log.organization_id and l.conflict_id = v_log.conflict_id;
  end loop;
end $$;
alter function sync.move_conflicts(sync.history[]) owner to wedsync_engine;
