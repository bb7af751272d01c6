-- sync.side_moved: one contested field after its server side moved. Of a field with labels only the contested labels are the
-- author's: the others are as they now stand, on both sides.
-- Called  sync.moved_fields
create or replace function sync.side_moved(p_field jsonb, p_server jsonb, p_by jsonb)
returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_client jsonb := p_field -> 'client';
begin
  if jsonb_typeof(v_client) = 'object' and jsonb_typeof(p_field -> 'server') = 'object' and jsonb_typeof(p_server) = 'object' then
    v_client := sync.labels_laid(p_server, v_client, sync.labels_apart(v_client, p_field -> 'server'));
  end if;
  return (p_field - 'proposed') || jsonb_build_object('server', p_server, 'serverBy', p_by)
         || case when v_client is null then '{}' else jsonb_build_object('client', v_client) end;
end $$;
alter function sync.side_moved(jsonb, jsonb, jsonb) owner to wedsync_engine;
