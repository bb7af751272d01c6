-- sync.moved_values: the SQL for the values of those fields of a row that moved, as JSON as it travels; their columns are named with
-- the prefix. Texts are made one object in one go, which costs half as much as an object for each; everything else is laid on top.
-- Called  sync.build_capture
create or replace function sync.moved_values(p_table regclass, p_prefix text)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select concat_ws(E'\n         || ',
           'jsonb_object(' || string_agg(format('case when m.moved[%s] then array[%L, (%s)::text] else ''{}'' end', f.slot, f.field, w.value),
                                         E'\n         || ' order by f.slot) filter (where w.is_text) || ')',
           string_agg(format('case when m.moved[%s] then jsonb_build_object(%L, %s) else ''{}'' end', f.slot, f.field, w.value),
                      E'\n         || ' order by f.slot) filter (where not w.is_text))
    from pg_class c
    join sync.tables t on t.name = c.relname
    join sync.fields f on f.table_id = t.table_id
    join pg_attribute a on a.attrelid = c.oid and a.attname = f.field and not a.attisdropped
   cross join lateral (
     -- a date is no text here: how it is spelled as one is the session's choice
     select sync.wire_expression(format('m.%I', p_prefix || f.field), a.atttypid) as value,
            a.atttypid in ('text'::regtype, 'uuid'::regtype, 'time'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) as is_text) w
   where c.oid = p_table
$$;
