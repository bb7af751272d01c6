-- sync.cursor_fault: why this database's history does not continue the cursor's; null when it does.
-- Keeps   P9: a server restored from a backup lost the mark of the newest commit the device heard of, also where it forgot that this
--         person ever belonged here: the cursor was signed for who asks, and the claims say for which organization
-- Keeps   P5: whoever has not read as far as a forgotten tombstone loads again
-- Called  sync.prepare_batch and sync.read_page, first of all
create or replace function sync.cursor_fault(p_cursor jsonb)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_organization uuid := coalesce(sync.caller_organization(), (current_setting('request.jwt.claims', true)::jsonb #>> '{app_metadata,organization_id}')::uuid);
  v_mark_at      bigint := p_cursor ->> 'markAt';
  v_epoch        uuid;
  v_horizon      bigint;
  v_is_here      boolean;
begin
  if p_cursor is null or p_cursor = 'null' then
    return null;
  end if;
  select e.id, c.horizon, exists (select from sync.marks m
                                   where m.organization_id = v_organization and m.position = v_mark_at and m.mark = (p_cursor ->> 'mark')::uuid)
    into v_epoch, v_horizon, v_is_here
    from sync.epoch e left join sync.clock c on c.organization_id = v_organization
   where e.is_only;
  if (p_cursor ->> 'epoch')::uuid <> v_epoch then
    return 'another epoch';
  end if;
  if v_mark_at > 0 and not v_is_here then
    return 'the newest commit it heard of is not here';
  end if;
  -- a scope that is loading misses nothing from before it began
  if v_horizon > 0 and exists (
       select from jsonb_each(p_cursor -> 'scopes') s
        where (case when s.value ->> 3 = 'false' then s.value ->> 0 else s.value ->> 2 end)::bigint < v_horizon) then
    return 'what it would have to hear of is no longer kept';
  end if;
  return null;
end $$;
alter function sync.cursor_fault(jsonb) owner to wedsync_engine;
grant execute on function sync.cursor_fault(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
