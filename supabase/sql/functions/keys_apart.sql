-- sync.keys_apart: the names under which two values of a field with parts differ: labels, questions, or, in a list, what the part p_by of
-- each entry says. Null where one of them has no parts.
-- Called  sync.side_moved, detect_sync_conflicts
create or replace function sync.keys_apart(p_one jsonb, p_other jsonb, p_by text)
returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when o.parts is not null and t.parts is not null then
           (select coalesce(array_agg(k.name order by k.name), '{}')
              from (select jsonb_object_keys(o.parts) union select jsonb_object_keys(t.parts)) k (name)
             where o.parts -> k.name is distinct from t.parts -> k.name) end
    from (select sync.parts_of(p_one, p_by)) o (parts), (select sync.parts_of(p_other, p_by)) t (parts)
$$;
alter function sync.keys_apart(jsonb, jsonb, text) owner to wedsync_engine;
