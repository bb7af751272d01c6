-- sync.place_of_record: where a record of the caller's scopes stands, as a line of news before its row is read.
-- Called  sync.read_record
create or replace function sync.place_of_record(p_table text, p_record_id uuid)
returns sync.news[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return array(
    select row(r.scope_id, r.position, t.name, r.record_id, case when r.gone is null then 'update' else r.gone end, true, r.changed_at, r.position)::sync.news
      from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
       and sync.sees_record(p_table, p_record_id)
     order by r.gone nulls first, r.position desc limit 1);
end $$;
alter function sync.place_of_record(text, uuid) owner to wedsync_engine;
grant execute on function sync.place_of_record(text, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
