-- sync.read_order: where the caller's organization stands: epoch, head, and the newest mark.
-- Called  sync.read_page, sync.write_batch
create or replace function sync.read_order(out epoch uuid, out head bigint, out mark_at bigint, out mark uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  select e.id, coalesce(c.head, 0), coalesce(m.position, 0), m.mark
    into read_order.epoch, read_order.head, read_order.mark_at, read_order.mark
    from sync.epoch e
    left join sync.clock c on c.organization_id = sync.caller_organization()
    left join lateral (select k.position, k.mark from sync.marks k
                        where k.organization_id = c.organization_id order by k.position desc limit 1) m on true
   where e.is_only;
end $$;
alter function sync.read_order() owner to wedsync_engine;
grant execute on function sync.read_order()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
