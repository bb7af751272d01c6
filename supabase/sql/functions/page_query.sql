-- sync.page_query: the query that reads the rows of a page as the caller: one index lookup per record, under the caller's policies.
-- Called  sync.read_rows
create or replace function sync.page_query(p_news sync.news[])
returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select 'select n, case n.table_name ' || string_agg(format('when %L then %s', t.table_name, t.row_query), ' ' order by t.table_name)
        || ' end from unnest($1) n where n.action in (''create'', ''update'')'
      from sync.role_tables t
     where t.role = sync.caller_role()
       and t.table_name in (select n.table_name from unnest(p_news) n where n.action in ('create', 'update'))
  );
end $$;
grant execute on function sync.page_query(sync.news[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
