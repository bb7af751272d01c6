-- detect_sync_conflicts: for each change, the fields that somebody else moved meanwhile to another value, with both values.
-- Takes [{changeId, table, id, baseVersion, data, base}]; of records the caller may not see, nothing.
-- The rule of the conflict design in SQL, for people at a console and for the test that holds it equal to the merge's own.
create or replace function public.detect_sync_conflicts(p_changes jsonb)
returns table (change_id uuid, field text, base jsonb, client jsonb, server jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_change record;
begin
  for v_change in
    select c.* from jsonb_to_recordset(p_changes) as c ("changeId" uuid, "table" text, id uuid, "baseVersion" bigint, data jsonb, base jsonb)
      join sync.role_tables rt on rt.table_name = c."table" and rt.role = sync.caller_role()
  loop
    return query execute format($q$
      select $1, d.key, $4 -> d.key, d.value, s -> 'fields' -> d.key
        from sync.%I(array[$2]) s
       cross join jsonb_each($3) d
       where s ? 'fields' and s -> 'fields' ? d.key and s -> 'fields' -> d.key is distinct from d.value
         and ($5 is null and not coalesce($4 ? d.key, false)
              or (s -> 'fieldVersions' ->> d.key)::bigint > $5
              or $4 ? d.key and $4 -> d.key is distinct from s -> 'fields' -> d.key)
      $q$, 'stored_' || v_change."table")
      using v_change."changeId", v_change.id, v_change.data, v_change.base, v_change."baseVersion";
  end loop;
end $$;
grant execute on function public.detect_sync_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
