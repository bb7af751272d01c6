-- sync.conflict_for: a conflict as the caller may read it; null for one that is none of their business.
-- What stands beside fields they may not read is not told either: it may speak of those.
-- Keeps   P7
-- Called  sync.read_conflict, sync.list_conflicts
create or replace function sync.conflict_for(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_is_own   boolean := p_log.user_id = sync.caller_user();
  v_is_whole boolean;
  v_fields   jsonb;
begin
  if p_log.organization_id is distinct from sync.caller_organization()
     or coalesce(p_log.scope_id, p_log.organization_id) <> all (sync.caller_scopes())
     or not v_is_own and sync.caller_role() not in ('owner', 'planner', 'assistant') then
    return null;
  end if;
  v_fields := sync.readable_fields(p_log);
  if v_fields is null then
    return null;
  end if;
  v_is_whole := jsonb_array_length(v_fields) = jsonb_array_length(p_log.fields);
  return jsonb_build_object(
    'conflictId', p_log.conflict_id, 'changeId', p_log.change_id, 'recordTable', p_log.table_name, 'recordId', p_log.record_id,
    'kind', p_log.kind, 'severity', p_log.severity, 'score', p_log.score,
    'because', case when v_is_whole then p_log.because else 'Part of it is not yours to read.' end,
    'status', p_log.status, 'version', p_log.version, 'fields', v_fields, 'resolution', p_log.resolution,
    'detectedAt', sync.as_instant(p_log.detected_at),
    'clientBy', sync.side_in_words(jsonb_build_object('userId', p_log.user_id, 'deviceId', p_log.device_id, 'at', sync.as_instant(p_log.detected_at))),
    'decidedBy', case when p_log.decided_by is null then null else sync.side_in_words(jsonb_build_object('userId', p_log.decided_by)) end,
    'decidedAt', sync.as_instant(p_log.decided_at), 'note', case when v_is_whole then p_log.note end,
    'isOwn', v_is_own, 'canDecide', p_log.status = 'pending' and sync.may_decide(p_log));
end $$;
alter function sync.conflict_for(public.sync_conflict_log) owner to wedsync_engine;
