-- sync.conflicts_told: conflicts as the caller may read them; none of those that are none of their business. Of a record that is out of
-- their sight, its author still has their own side. What stands beside fields they may not read is not told either: it may speak of those.
-- All of them at once: what decides is worked out once for each record and for each person, not once for each word about them.
-- Keeps   P7: key by key
-- Called  sync.conflict_for, sync.list_conflicts
create or replace function sync.conflicts_told(p_logs public.sync_conflict_log[])
returns table (conflict_id uuid, told jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_organization uuid   := sync.caller_organization();
  v_scopes       uuid[] := sync.caller_scopes();
  v_user         uuid   := sync.caller_user();
  v_logs         public.sync_conflict_log[];
begin
  v_logs := array(
    select l from unnest(p_logs) l
     where l.organization_id = v_organization and coalesce(l.scope_id, l.organization_id) = any (v_scopes)
       and (l.user_id = v_user or sync.caller_role() in ('owner', 'planner', 'assistant')));
  return query
    with fields as materialized (
      select f.* from sync.contested_fields(v_logs) f
    ), people as materialized (
      select w.user_id, sync.side_in_words(jsonb_build_object('userId', w.user_id)) as words
        from (select l.user_id from unnest(v_logs) l
              union select l.decided_by from unnest(v_logs) l
              union select (f.field #>> '{serverBy,userId}')::uuid from fields f where f.may_read and f.sees) w (user_id)
       where w.user_id is not null
    ), readable as materialized (
      select f.conflict_id, jsonb_agg(f.told order by f.nth) filter (where f.told is not null) as fields,
             bool_and(f.told is not null) as is_whole, bool_and(f.may_read and f.sees and f.decides) as is_theirs_to_decide
        from (select f.conflict_id, f.nth, f.may_read, f.sees, f.decides,
                     case when not f.may_read then null
                          when f.sees then f.field || case when f.field -> 'serverBy' is null then '{}'
                                                           else jsonb_build_object('serverBy', f.field -> 'serverBy' || coalesce(p.words, '{"name": null}')) end
                          when l.user_id = v_user then f.field - array['server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end as told
                from fields f
                join unnest(v_logs) l on l.conflict_id = f.conflict_id
                left join people p on p.user_id = (f.field #>> '{serverBy,userId}')::uuid) f
       group by f.conflict_id
    )
    select l.conflict_id, jsonb_build_object(
      'conflictId', l.conflict_id, 'changeId', l.change_id, 'recordTable', l.table_name, 'recordId', l.record_id,
      'kind', l.kind, 'severity', l.severity, 'score', l.score,
      'because', case when r.is_whole then l.because else 'Part of it is not yours to read.' end,
      'status', l.status, 'version', l.version, 'fields', r.fields, 'resolution', l.resolution,
      'detectedAt', sync.as_instant(l.detected_at),
      'clientBy', jsonb_build_object('userId', l.user_id, 'deviceId', l.device_id, 'at', sync.as_instant(l.detected_at)) || author.words,
      'decidedBy', decider.words, 'decidedAt', sync.as_instant(l.decided_at), 'note', case when r.is_whole then l.note end,
      'isOwn', l.user_id = v_user, 'canDecide', l.status = 'pending' and r.is_theirs_to_decide)
      from readable r
      join unnest(v_logs) l on l.conflict_id = r.conflict_id
      join people author on author.user_id = l.user_id
      left join people decider on decider.user_id = l.decided_by
     where r.fields is not null;
end $$;
alter function sync.conflicts_told(public.sync_conflict_log[]) owner to wedsync_engine;
