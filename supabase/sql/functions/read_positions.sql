-- sync.read_positions: where records of the caller's organization stand now, after this transaction wrote them.
-- Called  sync.write_rows
create or replace function sync.read_positions(p_table text, p_ids uuid[])
returns table (record_id uuid, record_position bigint, scope_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    select distinct on (r.record_id) r.record_id, r.position, r.scope_id
      from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = any (p_ids)
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
     order by r.record_id, r.position desc, r.gone nulls first;
end $$;
alter function sync.read_positions(text, uuid[]) owner to wedsync_engine;
grant execute on function sync.read_positions(text, uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
