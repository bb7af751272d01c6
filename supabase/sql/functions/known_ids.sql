-- sync.known_ids: which of these ids a record of this table has or had, in whatever organization.
-- Called  sync.prepare_group: a create of a known id is no plain create; a parent of another organization is not missing
create or replace function sync.known_ids(p_table text, p_ids uuid[])
returns table (record_id uuid, is_foreign boolean, is_gone boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    select r.record_id, bool_and(r.organization_id <> sync.caller_organization()), bool_and(r.gone is not null)
      from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = any (p_ids)
     where t.name = p_table
     group by r.record_id;
end $$;
alter function sync.known_ids(text, uuid[]) owner to wedsync_engine;
grant execute on function sync.known_ids(text, uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
