-- sync.pull_page: be the person of these claims for this one statement, read their next page, and note how far the device is.
-- Called  pull/read-page
create or replace function sync.pull_page(p_claims text, p_asked jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role     text := sync.assume_caller(p_claims);
  v_page     text;
  v_position bigint;
begin
  select r.page, r.page_position into v_page, v_position from sync.read_page(p_asked) r;
  -- a stream reads far more often than there is something worth noting of its device
  if v_role <> 'nobody' and v_position is not null and p_asked ->> 'deviceId' is not null
     and (p_asked ->> 'isQuiet')::boolean is not true then
    perform sync.note_device((p_asked ->> 'deviceId')::uuid, v_position, p_asked -> 'device');
  end if;
  return v_page;
end $$;
grant execute on function sync.pull_page(text, jsonb) to wedsync_server;
