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
