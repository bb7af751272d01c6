-- sync.list_conflicts: a page of the conflicts the caller may read: the gravest first, of those the newest.
-- Walks the queue in its order and stops behind the page: what a person may read of a conflict costs a hundred times its row.
-- Takes   {status, severity, scope, limit, after: [rank, detectedAt, conflictId]}, all but limit null where not wanted
-- Answers {conflicts, next: [rank, detectedAt, conflictId] or null, total}
-- Keeps   P7
-- Called  sync.conflicts_for
create or replace function sync.list_conflicts(p_asked jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization uuid    := sync.caller_organization();
  v_scopes       uuid[]  := sync.caller_scopes();
  v_audiences    text[]  := sync.caller_audiences();
  v_user         uuid    := sync.caller_user();
  v_role         text    := sync.caller_role();
  v_is_team      boolean := coalesce(v_role in ('owner', 'planner', 'assistant'), false);
  v_limit        integer := (p_asked ->> 'limit')::integer;
  v_after        jsonb   := nullif(p_asked -> 'after', 'null');
  v_scope        uuid    := p_asked ->> 'scope';
  v_log          public.sync_conflict_log;
  v_last         public.sync_conflict_log;
  v_conflict     jsonb;
  v_page         jsonb[] := '{}';
  v_next         jsonb;
  v_total        bigint;
begin
  -- its own plan for each status: what waits has an index of its own, in this order
  for v_log in execute format($q$
    select l.* from public.sync_conflict_log l
     where l.organization_id = $1 and coalesce(l.scope_id, l.organization_id) = any ($2)
       and ($3 or l.user_id = $4)
       and ($5 is null or l.scope_id = $5)
       and %s
       and ($6 is null or l.severity = $6)
       and ($7 is null or (array_position(array['low', 'medium', 'high', 'critical'], l.severity), l.detected_at, l.conflict_id)
                          < (($7 ->> 0)::integer, ($7 ->> 1)::timestamptz, ($7 ->> 2)::uuid))
     order by array_position(array['low', 'medium', 'high', 'critical'], l.severity) desc, l.detected_at desc, l.conflict_id desc
    $q$, case when p_asked ->> 'status' is null then 'true' else format('l.status = %L', p_asked ->> 'status') end)
    using v_organization, v_scopes, v_is_team, v_user, v_scope, p_asked ->> 'severity', v_after
  loop
    v_conflict := sync.conflict_for(v_log);
    continue when v_conflict is null;
    if cardinality(v_page) = v_limit then
      v_next := jsonb_build_array(array_position(array['low', 'medium', 'high', 'critical'], v_last.severity), v_last.detected_at, v_last.conflict_id);
      exit;
    end if;
    v_page := v_page || v_conflict;
    v_last := v_log;
  end loop;

  -- what sync.conflict_for asks of each, asked of all at once: a field the role may read, of a record in sight or of one's own edit
  select count(*) into v_total
    from public.sync_conflict_log l
   where l.organization_id = v_organization and coalesce(l.scope_id, l.organization_id) = any (v_scopes)
     and (v_is_team or l.user_id = v_user)
     and (v_scope is null or l.scope_id = v_scope)
     and (p_asked ->> 'status' is null or l.status = p_asked ->> 'status')
     and (p_asked ->> 'severity' is null or l.severity = p_asked ->> 'severity')
     and exists (
       select from jsonb_array_elements(l.fields) e
         join sync.field_rights f on f.table_name = coalesce(e ->> 'table', l.table_name) and f.field = e ->> 'field' and f.role = v_role and f.can_read
        where l.user_id = v_user
           or not exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = coalesce((e ->> 'id')::uuid, l.record_id)
                           where t.name = coalesce(e ->> 'table', l.table_name))
              and sync.sees_contested(l, coalesce(e ->> 'table', l.table_name), coalesce((e ->> 'id')::uuid, l.record_id))
           or exists (
          select from sync.tables t
            join sync.records r on r.table_id = t.table_id and r.record_id = coalesce((e ->> 'id')::uuid, l.record_id)
           where t.name = coalesce(e ->> 'table', l.table_name) and r.organization_id = v_organization and r.scope_id = any (v_scopes)
             and case when r.gone is null then r.audience && v_audiences
                      else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) o (name, lost)
                                                          where o.lost = r.position and o.name = any (v_audiences)) end));
  return jsonb_build_object('conflicts', to_jsonb(v_page), 'next', v_next, 'total', v_total);
end $$;
alter function sync.list_conflicts(jsonb) owner to wedsync_engine;
grant execute on function sync.list_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
