-- sync.lost_creates: which of these records somebody of the organization wanted to make, and could not, or did not, because a person
-- decided so: [{table, id}]. Whoever waits for one of them waits in vain, until a person tries the making again.
-- Called  sync.open_batch
create or replace function sync.lost_creates(p_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(distinct jsonb_build_object('table', q.table_name, 'id', q.record_id)), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.record_id = any (p_ids) and q.action = 'create' and sync.is_lost(q)
       and not exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = q.record_id
                        where t.name = q.table_name)
  );
end $$;
alter function sync.lost_creates(uuid[]) owner to wedsync_engine;
grant execute on function sync.lost_creates(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
