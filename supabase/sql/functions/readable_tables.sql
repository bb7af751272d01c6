-- sync.readable_tables: the tables the caller's role reads, with the column that names a row's scope and the query of one row.
-- What waits for a person is a record of the feed and no table: it is put into words for its reader each time.
-- Called  sync.read_scope
create or replace function sync.readable_tables()
returns table (table_name text, scope_column text, row_query text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select t.name, t.scope_column, rt.row_query
      from sync.role_tables rt join sync.tables t on t.name = rt.table_name
     where rt.role = sync.caller_role() and cardinality(rt.slots) > 0 and to_regclass(format('public.%I', t.name)) is not null
     order by t.name;
end $$;
alter function sync.readable_tables() owner to wedsync_engine;
grant execute on function sync.readable_tables()
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
