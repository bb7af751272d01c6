-- sync.list_conflicts: a page of the conflicts the caller may read: the gravest first, of those the newest.
-- Walks the queue in its order and stops behind the page, and opens only what it tells: what a person may read of a conflict costs a
-- hundred times its row. What was asked for is planned for: what waits has an index of its own, in this order.
-- Takes   {status, severity, scope, limit, after: [rank, detectedAt, conflictId]}, all but limit null where not wanted
-- Answers {conflicts, next: [rank, detectedAt, conflictId] or null, total}
-- Keeps   P7
-- Called  sync.conflicts_for
create or replace function sync.list_conflicts(p_asked jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_me       sync.caller_facts := (sync.caller_organization(), sync.caller_user(), sync.caller_person(), sync.caller_role(), sync.caller_scopes(), sync.caller_audiences(), sync.caller_self())::sync.caller_facts;
  v_readable text[]  := array(select f.table_name || '.' || f.field from sync.field_rights f where f.role = v_me.role and f.can_read);
  v_tables   text[]  := array(select t.name from generate_series(1, (select max(t.table_id) from sync.tables t)) n left join sync.tables t on t.table_id = n order by n);
  v_limit    integer := (p_asked ->> 'limit')::integer;
  v_after    jsonb   := nullif(p_asked -> 'after', 'null');
  v_sight    text    := sync.conflicts_in_sight();
  v_ids      uuid[];
  v_logs     public.sync_conflict_log[];
  v_page     jsonb;
  v_next     jsonb;
  v_total    bigint;
begin
  execute 'select count(*) ' || v_sight into v_total using v_me, v_readable, v_tables, p_asked;
  execute format($q$
    select array(
      select l.conflict_id %1$s and ($5 is null or (%2$s, l.detected_at, l.conflict_id) < (($5 ->> 0)::integer, ($5 ->> 1)::timestamptz, ($5 ->> 2)::uuid))
       order by %2$s desc, l.detected_at desc, l.conflict_id desc limit $6) $q$,
    v_sight, $q$array_position(array['low', 'medium', 'high', 'critical'], l.severity)$q$)
    into v_ids using v_me, v_readable, v_tables, p_asked, v_after, v_limit + 1;

  v_logs := array(
    select l from unnest(v_ids[:v_limit]) with ordinality i (conflict_id, nth)
      join public.sync_conflict_log l on l.organization_id = v_me.organization_id and l.conflict_id = i.conflict_id
     order by i.nth);
  select jsonb_agg(c.told order by i.nth) into v_page
    from unnest(v_ids[:v_limit]) with ordinality i (conflict_id, nth)
    join sync.conflicts_told(v_logs) c on c.conflict_id = i.conflict_id;
  if cardinality(v_ids) > v_limit then
    v_next := jsonb_build_array(array_position(array['low', 'medium', 'high', 'critical'], v_logs[v_limit].severity), v_logs[v_limit].detected_at, v_logs[v_limit].conflict_id);
  end if;
  return jsonb_build_object('conflicts', coalesce(v_page, '[]'), 'next', v_next, 'total', v_total);
end $$;
alter function sync.list_conflicts(jsonb) owner to wedsync_engine;
grant execute on function sync.list_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
