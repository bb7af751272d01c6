-- sync.read_history: what happened to one record, newest first, as the caller may know it; null for a record they may not see.
-- Takes   a table, a record, the position to go on below (null: from the newest) and how many entries at most
-- Answers {entries, nextPage}: entries with who, when, device, change, fields from and to, and the conflicts met
-- Keeps   P7: only records they see now or saw until they were deleted; only what happened while they saw it (past sights as the
--         feed keeps them, the joined oldest ones left out); key by key what their role reads; names only of people they see
-- Called  sync.history_for
create or replace function sync.read_history(p_table text, p_record_id uuid, p_before bigint, p_limit integer)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_organization uuid   := sync.caller_organization();
  v_role         text   := sync.caller_role();
  v_scopes       uuid[] := sync.caller_scopes();
  v_audiences    text[] := sync.caller_audiences();
  v_table_id     smallint;
  v_fields       text[];
  v_entries      jsonb;
begin
  select t.table_id, array(select f.field from sync.fields f where f.table_id = t.table_id and f.slot = any (rt.slots))
    into v_table_id, v_fields
    from sync.role_tables rt join sync.tables t on t.name = rt.table_name
   where rt.role = v_role and rt.table_name = p_table and cardinality(rt.slots) > 0
     -- a conflict is told by its own route
     and to_regclass(format('public.%I', t.name)) is not null;
  if v_table_id is null or not exists (
    select from sync.records r
     where r.record_id = p_record_id and r.table_id = v_table_id and r.organization_id = v_organization and r.scope_id = any (v_scopes)
       and case when r.gone is null then r.audience && v_audiences
                else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) l (name, lost)
                                                    where l.lost = r.position and l.name = any (v_audiences)) end) then
    return null;
  end if;

  with mine as materialized (
    select r.* from sync.records r
     where r.record_id = p_record_id and r.table_id = v_table_id and r.organization_id = v_organization and r.scope_id = any (v_scopes)
  ), sights as materialized (
    select m.scope_id, a.since, null::bigint as lost
      from mine m cross join unnest(m.audience, m.audience_since) a (name, since) where m.gone is null and a.name = any (v_audiences)
    union all
    select l.scope_id, l.since, l.lost
      from (select m.scope_id, l.name, l.since, l.lost, row_number() over (partition by m.scope_id, l.name order by l.lost desc) as nth
              from mine m cross join unnest(m.lost_audience, m.lost_since, m.lost_positions) l (name, since, lost)) l
     where l.name = any (v_audiences) and l.nth < 8
  ), lived as (
    select h as entry,
           exists (select from sights s where s.since < h.position and (s.lost is null or s.lost >= h.position)) as saw_before
      from sync.history h
     where h.record_id = p_record_id and h.table_id = v_table_id and h.organization_id = v_organization
       and (p_before is null or h.position < p_before)
       and exists (select from sights s where s.scope_id = h.scope_id and h.position >= s.since
                      and (s.lost is null or h.position < s.lost or h.position = s.lost and h.action = 'delete'))
       and (h.action <> 'update' or exists (select from jsonb_object_keys(h.after) k where k = any (v_fields)))
     order by h.position desc
     limit p_limit + 1
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'version', (l.entry).position, 'action', (l.entry).action,
           'at', to_char((l.entry).at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
           'by', case when (l.entry).user_id is not null then sync.known_person((l.entry).user_id, (l.entry).role) end,
           'deviceId', (l.entry).device_id, 'changeId', (l.entry).change_id,
           'fields', (select coalesce(jsonb_agg(jsonb_build_object('field', k.field)
                                  || case when l.saw_before and (l.entry).before ? k.field then jsonb_build_object('from', (l.entry).before -> k.field) else '{}' end
                                  || case when (l.entry).after ? k.field then jsonb_build_object('to', (l.entry).after -> k.field) else '{}' end order by k.field), '[]')
                        from (select jsonb_object_keys(coalesce((l.entry).after, (l.entry).before)) as field) k
                       where k.field = any (v_fields)
                         -- what was empty from the start, or to the end, says nothing
                         and ((l.entry).action = 'update' or coalesce((l.entry).after, (l.entry).before) -> k.field <> 'null')),
           'conflicts', sync.conflicts_met(l.entry, p_table, v_fields)) order by (l.entry).position desc), '[]')
    into v_entries from lived l;

  -- one more than asked for tells that there is another page
  if jsonb_array_length(v_entries) > p_limit then
    return jsonb_build_object('entries', v_entries - p_limit, 'nextPage', v_entries -> (p_limit - 1) ->> 'version');
  end if;
  return jsonb_build_object('entries', v_entries, 'nextPage', null);
end $$;
alter function sync.read_history(text, uuid, bigint, integer) owner to wedsync_engine;
grant execute on function sync.read_history(text, uuid, bigint, integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
