-- sync.keys_laid: a value with parts, with some of them as another has them: another part, or none. A list keeps its order; what is new
-- joins at its end, in the order the other has it.
-- Called  sync.side_moved
create or replace function sync.keys_laid(p_over jsonb, p_from jsonb, p_keys text[], p_by text)
returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_by is null then
           (p_over - p_keys) || coalesce((select jsonb_object_agg(f.key, f.value) from jsonb_each(p_from) f where f.key = any (p_keys)), '{}')
         else coalesce((
           select jsonb_agg(w.entry order by w.is_new, w.nth) from (
             select case when o.entry ->> p_by = any (p_keys) then f.entry else o.entry end, false, o.nth
               from jsonb_array_elements(p_over) with ordinality o (entry, nth)
               left join jsonb_array_elements(p_from) f (entry) on f.entry -> p_by = o.entry -> p_by
              where not o.entry ->> p_by = any (p_keys) or f.entry is not null
             union all
             select f.entry, true, f.nth
               from jsonb_array_elements(p_from) with ordinality f (entry, nth)
              where f.entry ->> p_by = any (p_keys)
                and not exists (select from jsonb_array_elements(p_over) o (entry) where o.entry -> p_by = f.entry -> p_by)) w (entry, is_new, nth)), '[]') end
$$;
alter function sync.keys_laid(jsonb, jsonb, text[], text) owner to wedsync_engine;
