-- sync.base_positions: for a device that says when it last heard, not what it saw: per record the version it had seen, as
-- {"table/id": position}; null where the moment tells nothing. Takes [{table, ids}]; only the caller's organization.
-- Keeps   P4: whatever may have moved after that moment counts as moved
-- Called  push/base-of-old-request, in the transaction that locked the records
create or replace function sync.base_positions(p_since timestamptz, p_records jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_until timestamptz := sync.seen_until(p_since);
begin
  if v_until is null then
    return null;
  end if;
  return (
    select coalesce(jsonb_object_agg(t.name || '/' || r.record_id,
                      case when r.changed_at <= v_until then r.position else sync.first_moved(r.record_id, r.table_id, v_until) - 1 end), '{}')
      from jsonb_to_recordset(p_records) as a ("table" text, ids jsonb)
      join sync.tables t on t.name = a."table"
     cross join lateral (
       select distinct on (q.record_id) q.* from sync.records q
        where q.record_id in (select i.id::uuid from jsonb_array_elements_text(a.ids) i (id)) and q.table_id = t.table_id
          and q.organization_id = sync.caller_organization()
        order by q.record_id, q.gone nulls first, q.position desc) r
  );
end $$;
alter function sync.base_positions(timestamptz, jsonb) owner to wedsync_engine;
grant execute on function sync.base_positions(timestamptz, jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
