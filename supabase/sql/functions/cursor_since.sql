-- sync.cursor_since: the cursor of a device that only knows when it last heard: it has seen everything up to that moment, in
-- the scopes that are the caller's today. Null where that cannot be said: then it loads. Of what it lost meanwhile it is
-- told record by record, where the records are in scopes it still has; more needs a cursor of its own.
-- Keeps   P5: whoever came to a wedding, a role or a contact since then loads anew
-- Called  sync.read_page
create or replace function sync.cursor_since(p_since timestamptz)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization uuid        := sync.caller_organization();
  v_until        timestamptz := sync.seen_until(p_since);
  v_read         bigint;
begin
  if v_until is null or exists (
    select from sync.records r join sync.tables t on t.table_id = r.table_id
     where t.name in ('memberships', 'assignments', 'vendor_contacts') and r.organization_id = v_organization and r.changed_at > v_until
       and (r.audience || r.lost_audience) && array['person:' || sync.caller_person()::text]) then
    return null;
  end if;
  -- a conflict has no history, and always comes whole
  select coalesce(min(case when to_regclass(format('public.%I', t.name)) is null then r.position
                           else sync.first_moved(r.record_id, r.table_id, v_until) end) - 1, (select o.head from sync.read_order() o)) into v_read
    from sync.records r join sync.tables t on t.table_id = r.table_id
   where r.organization_id = v_organization and r.scope_id = any (sync.caller_scopes()) and r.changed_at > v_until;
  return (
    select jsonb_build_object('epoch', o.epoch, 'markAt', o.mark_at, 'mark', o.mark, 'read', v_read,
                              'scopes', (select jsonb_object_agg(c.scope_id, jsonb_build_array(v_read, c.rights, v_read, false)) from sync.caller_rights() c))
      from sync.read_order() o
  );
end $$;
alter function sync.cursor_since(timestamptz) owner to wedsync_engine;
grant execute on function sync.cursor_since(timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
