-- sync.list_conflicts: a page of the conflicts the caller may read: the gravest first, of those the newest.
-- Takes   {status, severity, scope, limit, after: [rank, detectedAt, conflictId]}, all but limit null where not wanted
-- Answers {conflicts, next: [rank, detectedAt, conflictId] or null, total}
-- Keeps   P7
-- Called  sync.conflicts_for
create or replace function sync.list_conflicts(p_asked jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_limit integer := (p_asked ->> 'limit')::integer;
  v_after jsonb   := nullif(p_asked -> 'after', 'null');
  v_scope uuid    := p_asked ->> 'scope';
begin
  return (
    with mine as materialized (
      select l.conflict_id, l.detected_at, array_position(array['low', 'medium', 'high', 'critical'], l.severity) as rank, c.conflict
        from public.sync_conflict_log l
       cross join lateral (select sync.conflict_for(l) as conflict offset 0) c
       where l.organization_id = sync.caller_organization()
         and coalesce(l.scope_id, l.organization_id) = any (sync.caller_scopes())
         and (v_scope is null or l.scope_id = v_scope)
         and (p_asked ->> 'status' is null or l.status = p_asked ->> 'status')
         and (p_asked ->> 'severity' is null or l.severity = p_asked ->> 'severity')
         and c.conflict is not null
    ), page as materialized (
      select m.*, row_number() over (order by m.rank desc, m.detected_at desc, m.conflict_id desc) as nth from mine m
       where v_after is null or (m.rank, m.detected_at, m.conflict_id) < ((v_after ->> 0)::integer, (v_after ->> 1)::timestamptz, (v_after ->> 2)::uuid)
       order by nth limit v_limit + 1
    )
    select jsonb_build_object(
             'conflicts', coalesce(jsonb_agg(p.conflict order by p.nth) filter (where p.nth <= v_limit), '[]'),
             'next', case when count(*) > v_limit then (
                       select jsonb_build_array(p.rank, p.detected_at, p.conflict_id) from page p where p.nth = v_limit) end,
             'total', (select count(*) from mine))
      from page p);
end $$;
alter function sync.list_conflicts(jsonb) owner to wedsync_engine;
grant execute on function sync.list_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
