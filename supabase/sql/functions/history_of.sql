-- sync.history_of: what happened to a record lately, newest first, with the keys the caller's role may read; of people
-- outside the team only from the time when they saw it: what stood there before that is not told either.
-- Keeps   P7
-- Called  sync.conflict_detail
create or replace function sync.history_of(p_table text, p_record_id uuid, p_limit integer)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_role text := sync.caller_role();
  v_from bigint;
begin
  if not sync.sees_record(p_table, p_record_id) then
    return '[]';
  end if;
  if v_role not in ('owner', 'planner', 'assistant') then
    select min(a.since) into v_from
      from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id and r.scope_id = any (sync.caller_scopes())
     cross join unnest(r.audience, r.audience_since) a (name, since)
     where t.name = p_table and a.name = any (sync.caller_audiences());
    if v_from is null then
      return '[]';
    end if;
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'version', h.position, 'action', h.action, 'at', sync.as_instant(h.at), 'changeId', h.change_id,
             'by', sync.side_in_words(jsonb_build_object('userId', h.user_id, 'deviceId', h.device_id)),
             'before', h.was, 'after', h.is) order by h.position desc), '[]')
      from (select h.*, case when h.position > coalesce(v_from, 0) then sync.readable_keys(p_table, h.before) end as was, sync.readable_keys(p_table, h.after) as is
              from sync.history h join sync.tables t on t.table_id = h.table_id
             where t.name = p_table and h.record_id = p_record_id and h.organization_id = sync.caller_organization()
               and h.scope_id = any (sync.caller_scopes()) and h.position >= coalesce(v_from, 0)
             order by h.position desc limit p_limit) h
     where h.was is not null or h.is is not null or h.action = 'delete');
end $$;
alter function sync.history_of(text, uuid, integer) owner to wedsync_engine;
