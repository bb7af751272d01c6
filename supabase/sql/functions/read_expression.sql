-- sync.read_expression: the SQL that reads one field out of JSON as its column's type, as jsonb_populate_record would; it does so
-- itself where a type is more than one cast away.
-- Called  sync.build_batch_functions
create or replace function sync.read_expression(p_table regclass, p_json text, p_field name, p_type regtype)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_type = 'text'::regtype then format('%s ->> %L', p_json, p_field)
    when p_type = 'jsonb'::regtype then format('nullif(%s -> %L, ''null'')', p_json, p_field)
    when p_type in ('uuid'::regtype, 'boolean'::regtype, 'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'double precision'::regtype,
                    'date'::regtype, 'time'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) then format('(%s ->> %L)::%s', p_json, p_field, p_type)
    else format('(jsonb_populate_record(null::%s, %s)).%I', p_table, p_json, p_field) end
$$;
