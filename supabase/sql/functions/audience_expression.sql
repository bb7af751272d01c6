-- sync.audience_expression: the SQL that says who sees a row of a table; the same one in its policy and in its capture.
-- Called  sync.track, sync.build_capture, sync.ids_in_sight
create or replace function sync.audience_expression(p_table regclass, p_row text)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when to_regprocedure(format('sync.%I(%s)', 'audience_of_' || c.relname, p_table::text)) is null then 'array[''team'']'
              else format('sync.%I(%s)', 'audience_of_' || c.relname, p_row) end
    from pg_class c where c.oid = p_table
$$;
grant execute on function sync.audience_expression(regclass, text) to wedsync_engine;
