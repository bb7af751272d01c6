-- sync.is_reordered: whether the names that two lists have in common stand in another order. Null for what is no list with parts.
-- Called  detect_sync_conflicts, sync.side_moved
create or replace function sync.is_reordered(p_one jsonb, p_other jsonb, p_by text)
returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_by is null then null
    when p_by = '' then false
    when sync.parts_of(p_one, p_by) is null or sync.parts_of(p_other, p_by) is null then null
    else (select array_agg(e.entry ->> p_by order by e.nth) from jsonb_array_elements(p_one) with ordinality e (entry, nth)
           where sync.parts_of(p_other, p_by) ? (e.entry ->> p_by))
         is distinct from
         (select array_agg(e.entry ->> p_by order by e.nth) from jsonb_array_elements(p_other) with ordinality e (entry, nth)
           where sync.parts_of(p_one, p_by) ? (e.entry ->> p_by)) end
$$;
alter function sync.is_reordered(jsonb, jsonb, text) owner to wedsync_engine;
