-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- is_reordered.sql
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

-- ---- side_moved.sql
-- sync.side_moved: one contested field after its server side moved. Of a field with parts, by label, question or entry, only the contested
-- ones are the author's: the others are as they now stand, on both sides; whoever moved the lines of a list about moved them still. What
-- a rule proposed on the old side, and what it was told, are of that side.
-- Called  sync.moved_fields
create or replace function sync.side_moved(p_field jsonb, p_server jsonb, p_by jsonb)
returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_by     text   := p_field ->> 'keyedBy';
  v_client jsonb  := p_field -> 'client';
  v_theirs text[] := sync.keys_apart(v_client, p_field -> 'server', v_by);
  v_laid   jsonb;
begin
  if v_theirs is not null and sync.keys_apart(p_server, v_client, v_by) is not null then
    v_laid := sync.keys_laid(p_server, v_client, v_theirs, v_by);
    v_client := case when sync.is_reordered(p_field -> 'server', v_client, v_by)
                     then sync.keys_laid(v_client, v_laid, sync.keys_apart(v_client, v_laid, v_by), v_by) else v_laid end;
  end if;
  return (p_field - array['proposed', 'weighed']) || jsonb_build_object('server', p_server, 'serverBy', p_by)
         || case when v_client is null then '{}' else jsonb_build_object('client', v_client) end;
end $$;
alter function sync.side_moved(jsonb, jsonb, jsonb) owner to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
