-- sync.fields_of_audience: the fields on which it hangs who sees a row of a table: where none of them moved, nobody gains or
-- loses sight of the row. All fields, where the function hands the row on as a whole.
-- Called  sync.build_capture
create or replace function sync.fields_of_audience(p_table regclass)
returns text[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(f.field), '{}')
    from pg_class c
    join sync.tables t on t.name = c.relname
    join sync.fields f on f.table_id = t.table_id
    join pg_proc p on p.oid = to_regprocedure(format('sync.%I(%s)', 'audience_of_' || c.relname, p_table::text))
   cross join lateral (select format('(\(%1$s\)|\m%1$s)\.', p.proargnames[1]) as of_row) a
   where c.oid = p_table
     and (p.prosrc ~ (a.of_row || quote_ident(f.field) || '\M')
          or regexp_replace(p.prosrc, a.of_row, '', 'g') ~ format('\m%s\M|\$1', p.proargnames[1]))
$$;
