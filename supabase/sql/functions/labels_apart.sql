-- sync.labels_apart: the labels under which two values differ.
-- Called  sync.side_moved, sync.replace_sides
create or replace function sync.labels_apart(p_one jsonb, p_other jsonb)
returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(k.label order by k.label), '{}')
    from (select jsonb_object_keys(p_one) union select jsonb_object_keys(p_other)) k (label)
   where p_one -> k.label is distinct from p_other -> k.label
$$;
alter function sync.labels_apart(jsonb, jsonb) owner to wedsync_engine;
