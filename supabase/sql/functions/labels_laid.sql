-- sync.labels_laid: a value with some labels as another has them: another number, or none.
-- Called  sync.side_moved
create or replace function sync.labels_laid(p_over jsonb, p_from jsonb, p_labels text[])
returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (p_over - p_labels) || coalesce((select jsonb_object_agg(f.key, f.value) from jsonb_each(p_from) f where f.key = any (p_labels)), '{}')
$$;
alter function sync.labels_laid(jsonb, jsonb, text[]) owner to wedsync_engine;
