-- sync.cursor_fault: why this database's history does not continue the cursor's; null when it does.
-- Keeps   P9: a server restored from a backup lost the mark of the newest commit the device heard of
-- Called  process_sync_batch and sync.read_page, first of all
create or replace function sync.cursor_fault(p_cursor jsonb)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select case
      when p_cursor is null or p_cursor = 'null' then null
      when (p_cursor ->> 'epoch')::uuid <> (select e.id from sync.epoch e) then 'another epoch'
      when (p_cursor ->> 'markAt')::bigint > 0 and sync.caller_organization() is not null and not exists (
        select from sync.marks m
         where m.organization_id = sync.caller_organization() and m.position = (p_cursor ->> 'markAt')::bigint
           and m.mark = (p_cursor ->> 'mark')::uuid) then 'the newest commit it heard of is not here' end
  );
end $$;
alter function sync.cursor_fault(jsonb) owner to wedsync_engine;
grant execute on function sync.cursor_fault(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
