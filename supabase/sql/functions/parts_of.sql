-- sync.parts_of: the parts of a value by their names; null for a value that has none, or two of one name.
-- Called  sync.keys_apart, sync.keys_laid
create or replace function sync.parts_of(p_value jsonb, p_by text)
returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_by is null then case when jsonb_typeof(p_value) = 'object' then p_value end
    when jsonb_typeof(p_value) <> 'array' then null
    else (select case when count(*) = count(distinct e.entry ->> p_by) and coalesce(bool_and(jsonb_typeof(e.entry -> p_by) = 'string'), true)
                      then coalesce(jsonb_object_agg(e.entry ->> p_by, e.entry) filter (where jsonb_typeof(e.entry -> p_by) = 'string'), '{}') end
            from jsonb_array_elements(p_value) e (entry)) end
$$;
alter function sync.parts_of(jsonb, text) owner to wedsync_engine;
