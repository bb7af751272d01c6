-- detect_sync_conflicts: for each change, the fields that somebody else moved meanwhile to another value, with both values.
-- Takes [{changeId, table, id, baseVersion, data, base}] of updates; of records the caller may not see, nothing.
-- The rule of the conflict design in SQL, for people at a console and for the test that holds it equal to the merge's own:
-- field by field, fields of one group together, parts (labels, answers, the lines of a list) one by one, every field of a record that is gone.
create or replace function public.detect_sync_conflicts(p_changes jsonb)
returns table (change_id uuid, field text, base jsonb, client jsonb, server jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_change record;
begin
  for v_change in
    select c.*, t.table_id from jsonb_to_recordset(p_changes) as c ("changeId" uuid, "table" text, id uuid, "baseVersion" bigint, data jsonb, base jsonb)
      join sync.role_tables rt on rt.table_name = c."table" and rt.role = sync.caller_role()
      join sync.tables t on t.name = c."table"
  loop
    return query execute format($q$
      with stored as materialized (
        select s -> 'fields' as fields, s -> 'fieldVersions' as moved_at, (s ->> 'version')::bigint as version, (s ->> 'isDeleted')::boolean as is_gone
          from sync.%I(array[$2]) s where s ? 'fields'
      ), seen as materialized (
        select f.field, f.together, f.keyed_by, s.is_gone, s.fields -> f.field as server, $4 -> f.field as base, $3 -> f.field as client, $3 ? f.field as is_wanted,
               case when $5 is null or $5 > s.version
                    -- no version to go by: what was seen tells; a field nobody named tells nothing, unless nobody named any
                    then case when $4 ? f.field then $4 -> f.field is distinct from s.fields -> f.field
                              else $3 ? f.field or $5 is null and $4 = '{}' end
                    else (s.moved_at ->> f.field)::bigint > $5 or $4 ? f.field and $4 -> f.field is distinct from s.fields -> f.field end as has_moved
          from stored s join sync.fields f on f.table_id = $6 and s.fields ? f.field
      ), judged as materialized (
        select s.*, s.is_wanted and s.client is not distinct from s.server as is_agreed,
               s.is_wanted and s.client is distinct from s.server and s.has_moved
               -- where lines were moved about, or one of the three has no parts, the whole of it
               and (s.base is null or coalesce(
                 sync.is_reordered(s.base, s.client, s.keyed_by)
                 or exists (select from unnest(sync.keys_apart(s.base, s.client, nullif(s.keyed_by, ''))) k (name)
                             where k.name = any (sync.keys_apart(s.base, s.server, nullif(s.keyed_by, '')))
                               and k.name = any (sync.keys_apart(s.client, s.server, nullif(s.keyed_by, ''))))
                    or sync.keys_apart(s.base, s.client, nullif(s.keyed_by, '')) is null or sync.keys_apart(s.base, s.server, nullif(s.keyed_by, '')) is null, true)) as is_contested
          from seen s
      )
      select $1, j.field, j.base, j.client, j.server
        from judged j
       where j.is_wanted and (j.is_gone or j.is_contested or j.together is not null
             and exists (select from judged o where o.together = j.together and (o.is_contested or not o.is_wanted and o.has_moved))
             and exists (select from judged o where o.together = j.together and o.is_wanted and not o.is_agreed))
       order by j.field
      $q$, 'stored_' || v_change."table")
      using v_change."changeId", v_change.id, v_change.data, coalesce(v_change.base, '{}'), v_change."baseVersion", v_change.table_id;
  end loop;
end $$;
alter function public.detect_sync_conflicts(jsonb) owner to wedsync_engine;
grant execute on function public.detect_sync_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
