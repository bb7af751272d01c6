-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- as_instant.sql
-- sync.as_instant: an instant as it stands on the wire.
-- Called  whoever writes one into JSON
create or replace function sync.as_instant(p_at timestamptz)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
alter function sync.as_instant(timestamptz) owner to wedsync_engine;

-- ---- changes_to_handle.sql
-- sync.changes_to_handle: of some changes, those the caller may try again or discard, each with its group: their own, and,
-- for whoever plans the wedding, anybody's.
-- Keeps   P7: of others it answers nothing, whether they exist or not
-- Called  sync.lock_failed, sync.find_waiting, sync.discard_failed
create or replace function sync.changes_to_handle(p_change_ids uuid[])
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org  uuid := sync.caller_organization();
begin
  return array(
    select g.change_id
      from public.offline_sync_queue q
      join public.offline_sync_queue g
        on g.organization_id = q.organization_id and g.user_id = q.user_id
       and (g.change_id = q.change_id or g.batch_id = q.batch_id and g.more ->> 'groupId' = q.more ->> 'groupId')
     where q.organization_id = v_org and q.change_id = any (p_change_ids)
       and (q.user_id = sync.caller_user()
            or sync.caller_role() in ('owner', 'planner') and sync.scope_of_change(q) = any (sync.caller_scopes())));
end $$;
alter function sync.changes_to_handle(uuid[]) owner to wedsync_engine;

-- ---- close_functions.sql
-- sync.close_functions: takes the right to execute our functions from everybody; who may, has been granted it by name.
-- Called  every migration that makes functions, at its end
create or replace function sync.close_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'sync'::regnamespace
        or p.pronamespace = 'public'::regnamespace and p.proname in ('process_sync_batch', 'write_sync_decisions', 'detect_sync_conflicts', 'get_user_sync_status', 'assign_creator', 'resolve_sync_conflict')
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
  end loop;
end $$;

-- ---- conflict_detail.sql
-- sync.conflict_detail: be the person of these claims for this one statement, and read one conflict; null for none of theirs.
-- Called  review/read-conflicts
create or replace function sync.conflict_detail(p_claims text, p_conflict_id uuid)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return sync.find_conflict(p_conflict_id);
end $$;
grant execute on function sync.conflict_detail(text, uuid) to wedsync_server;

-- ---- conflict_for.sql
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

-- ---- conflicts_for.sql
-- sync.conflicts_for: be the person of these claims for this one statement, and read a page of the review queue.
-- Called  review/read-conflicts
create or replace function sync.conflicts_for(p_claims text, p_asked jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return '{"conflicts": [], "next": null, "total": 0}';
  end if;
  return sync.list_conflicts(p_asked);
end $$;
grant execute on function sync.conflicts_for(text, jsonb) to wedsync_server;

-- ---- decided_conflicts.sql
-- sync.decided_conflicts: the conflicts a batch decides, locked, with the changes that wait behind them; of those that are
-- none of the caller's business, nothing.
-- Keeps   two deciders at once: the second waits here, and then sees what the first did
-- Called  sync.open_batch, after the records are locked
create or replace function sync.decided_conflicts(p_conflict_ids uuid[])
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_found jsonb;
begin
  perform from public.sync_conflict_log l
    where l.organization_id = sync.caller_organization() and l.conflict_id = any (p_conflict_ids) order by l.conflict_id for no key update;
  -- a new statement, after the wait
  select coalesce(jsonb_agg(jsonb_build_object(
           'conflictId', l.conflict_id, 'changeId', l.change_id, 'table', l.table_name, 'id', l.record_id, 'scope', coalesce(l.scope_id, l.organization_id),
           'kind', l.kind, 'status', l.status, 'version', l.version, 'fields', l.fields,
           'isOwn', l.user_id = sync.caller_user(), 'mayDecide', sync.may_decide(l),
           'changes', (select coalesce(jsonb_agg(jsonb_build_object(
                                'changeId', q.change_id, 'table', q.table_name, 'id', q.record_id, 'action', q.action, 'baseVersion', q.base_version,
                                'data', q.data, 'base', q.base, 'groupId', q.more ->> 'groupId') order by w.nth), '[]')
                         from sync.waiting_changes w
                         join public.offline_sync_queue q on q.organization_id = w.organization_id and q.change_id = w.change_id
                        where w.organization_id = l.organization_id and w.conflict_id = l.conflict_id))), '[]')
    into v_found
    from public.sync_conflict_log l
   where l.organization_id = sync.caller_organization() and l.conflict_id = any (p_conflict_ids) and sync.conflict_for(l) is not null;
  return v_found;
end $$;
alter function sync.decided_conflicts(uuid[]) owner to wedsync_engine;
grant execute on function sync.decided_conflicts(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- discard_failed.sql
-- sync.discard_failed: closes failed changes that a person gave up, each with its group; who and when stays in the ledger, and
-- so does what was sent. Answers how many.
-- Keeps   P3; the author's device hears of it through its cursor
-- Called  sync.discard_for
create or replace function sync.discard_failed(p_change_id uuid, p_message text)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org  uuid := sync.caller_organization();
  v_ids  uuid[] := sync.changes_to_handle(array[p_change_id]);
  v_head bigint;
  v_done integer;
begin
  perform from public.offline_sync_queue q where q.organization_id = v_org and q.change_id = any (v_ids) order by q.change_id for no key update;
  if not exists (select from public.offline_sync_queue q where q.organization_id = v_org and q.change_id = any (v_ids) and q.status = 'failed') then
    return 0;
  end if;
  v_head := sync.tick(v_org);
  update public.offline_sync_queue q
     set error_code = 'discarded', settled_at = now(), settled_position = v_head, handled_by = sync.caller_user(), handled_at = now(),
         receipt = jsonb_build_object('kind', 'failed', 'failure', jsonb_build_object(
           'changeId', q.change_id, 'code', 'discarded', 'message', p_message, 'retryable', false))
   where q.organization_id = v_org and q.change_id = any (v_ids) and q.status = 'failed';
  get diagnostics v_done = row_count;
  return v_done;
end $$;
alter function sync.discard_failed(uuid, text) owner to wedsync_engine;
grant execute on function sync.discard_failed(uuid, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- discard_for.sql
-- sync.discard_for: be the person of these claims for this one statement, and discard a failed change.
-- Called  review/handle-failed
create or replace function sync.discard_for(p_claims text, p_change_id uuid, p_message text)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return 0;
  end if;
  return sync.discard_failed(p_change_id, p_message);
end $$;
grant execute on function sync.discard_for(text, uuid, text) to wedsync_server;

-- ---- find_conflict.sql
-- sync.find_conflict: one conflict as the caller may read it, with what happened to its record around it; null for none.
-- Called  sync.conflict_detail
create or replace function sync.find_conflict(p_conflict_id uuid)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_conflict jsonb := sync.read_conflict(p_conflict_id);
begin
  return case when v_conflict is not null then jsonb_build_object(
    'conflict', v_conflict, 'history', sync.history_of(v_conflict ->> 'recordTable', (v_conflict ->> 'recordId')::uuid, 50)) end;
end $$;
alter function sync.find_conflict(uuid) owner to wedsync_engine;
grant execute on function sync.find_conflict(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- find_handled.sql
-- sync.find_handled: how it stands with a change that the caller may try again or discard: {status, conflictIds, changes}: the
-- conflicts it waits behind, and what was sent, it and its group; null for one that is unknown or none of theirs.
-- Keeps   P11: a group is handled as a whole
-- Called  sync.handled_for
create or replace function sync.find_handled(p_change_id uuid)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_build_object('status', q.status, 'conflictIds', (
             select coalesce(jsonb_agg(w.conflict_id order by w.conflict_id), '[]') from sync.waiting_changes w
              where w.organization_id = q.organization_id and w.change_id = q.change_id),
             'changes', (
             select jsonb_agg(jsonb_build_object(
                      'changeId', g.change_id, 'userId', g.user_id, 'deviceId', g.device_id, 'batchId', g.batch_id, 'table', g.table_name, 'id', g.record_id,
                      'action', g.action, 'baseVersion', g.base_version, 'data', g.data, 'base', g.base, 'more', g.more) order by g.received_at, g.change_id)
               from public.offline_sync_queue g
              where g.organization_id = q.organization_id and g.status = 'failed' and g.change_id = any (sync.changes_to_handle(array[p_change_id]))))
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.change_id = p_change_id
       and p_change_id = any (sync.changes_to_handle(array[p_change_id])));
end $$;
alter function sync.find_handled(uuid) owner to wedsync_engine;
grant execute on function sync.find_handled(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- forget_declarations.sql
-- sync.forget_declarations: takes back what the declarations gave: rights, and the policies for writing. The same migration
-- gives them anew, in the same transaction.
-- Called  the first line of a migration that carries the declarations
create or replace function sync.forget_declarations()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v record;
begin
  for v in select p.polname, p.polrelid::regclass as tracked from pg_policy p join pg_class c on c.oid = p.polrelid join sync.tables t on t.name = c.relname
            where c.relnamespace = 'public'::regnamespace and p.polname like 'write\_%' loop
    execute format('drop policy %I on %s', v.polname, v.tracked);
  end loop;
  delete from sync.field_rights;
  delete from sync.table_rights;
  update sync.fields set together = null where together is not null;
end $$;

-- ---- grant_rights.sql
-- sync.grant_rights: carries sync.field_rights and sync.table_rights into column grants, reading queries, digests, writers.
-- Keeps   P7: what a role may not read or write is not granted to it, whatever the server asks for
-- Called  a migration, after the rights were written
create or replace function sync.grant_rights()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v record;
begin
  delete from sync.role_tables;
  for v in
    select t.name, t.table_id, t.rank, r.role, to_regclass(format('public.%I', t.name)) as tracked,
           coalesce(array_agg(f.slot order by f.slot) filter (where r.can_read), '{}') as slots,
           coalesce(array_agg(f.field order by f.slot) filter (where r.can_write and a.attgenerated = ''), '{}') as writes,
           coalesce(array_agg(f.field order by f.slot) filter (where r.can_change and a.attgenerated = ''), '{}') as changes,
           string_agg(format('%I', f.field), ', ' order by f.slot) filter (where r.can_read) as readable,
           string_agg(format('%s as %I', sync.wire_expression(format('t.%I', f.field), a.atttypid), f.field), ', ' order by f.slot)
             filter (where r.can_read) as read_list,
           string_agg(format('%I', f.field), ', ' order by f.slot) filter (where r.can_write and a.attgenerated = '') as writable,
           string_agg(format('%I', f.field), ', ' order by f.slot) filter (where r.can_change and a.attgenerated = '') as changeable,
           coalesce((select w.can_create from sync.table_rights w where w.table_name = t.name and w.role = r.role), false) as can_create,
           coalesce((select w.can_delete from sync.table_rights w where w.table_name = t.name and w.role = r.role), false) as can_delete
      from sync.field_rights r
      join sync.tables t on t.name = r.table_name
      join sync.fields f on f.table_id = t.table_id and f.field = r.field
      join pg_attribute a on a.attrelid = to_regclass(format('public.%I', t.name)) and a.attname = f.field and not a.attisdropped
     group by t.name, t.table_id, t.rank, r.role
  loop
    execute format('revoke all on %s from app_%I', v.tracked, v.role);
    if v.readable is not null then
      execute format('grant select (id, organization_id, %s) on %s to app_%I', v.readable, v.tracked, v.role);
    end if;
    if v.changeable is not null then
      execute format('grant update (%s) on %s to app_%I', v.changeable, v.tracked, v.role);
    end if;
    if v.can_create and v.writable is not null then
      execute format('grant insert (id, organization_id, %s) on %s to app_%I', v.writable, v.tracked, v.role);
    end if;
    if v.can_delete then
      execute format('grant delete on %s to app_%I', v.tracked, v.role);
    end if;
    insert into sync.role_tables (role, table_name, rank, slots, writes, changes, can_create, can_delete, row_query)
    values (v.role, v.name, v.rank, v.slots, v.writes, v.changes, v.can_create, v.can_delete,
            format('(select row_to_json(x) from (select %s from %s t where t.id = n.record_id) x)', v.read_list, v.tracked));
  end loop;

  -- conflicts are records of the feed without a table of this name: everybody may hear of theirs, through a function that
  -- filters them key by key
  insert into sync.role_tables (role, table_name, rank, slots, writes, changes, can_create, can_delete, row_query)
  select r.role, t.name, t.rank, '{1}', '{}', '{}', false, false, 'sync.read_conflict(n.record_id)'
    from sync.tables t cross join (select distinct f.role from sync.field_rights f) r where t.name = 'conflicts';

  delete from sync.role_digests;
  insert into sync.role_digests (role, digest)
  select t.role, encode(sha256(convert_to(string_agg(t.table_name || ':' || t.row_query, ';' order by t.table_name), 'UTF8')), 'hex')
    from sync.role_tables t group by 1;

  for v in select to_regclass(format('public.%I', t.name)) as tracked from sync.tables t where t.name <> 'conflicts' order by t.rank loop
    perform sync.build_batch_functions(v.tracked);
  end loop;
end $$;

-- ---- handled_for.sql
-- sync.handled_for: be the person of these claims for this one statement, and ask how it stands with a change.
-- Called  review/handle-failed
create or replace function sync.handled_for(p_claims text, p_change_id uuid)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return sync.find_handled(p_change_id);
end $$;
grant execute on function sync.handled_for(text, uuid) to wedsync_server;

-- ---- history_of.sql
-- sync.history_of: what happened to a record lately, newest first, with the keys the caller's role may read; of people
-- outside the team only from the time when they saw it.
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
      from (select h.*, sync.readable_keys(p_table, h.before) as was, sync.readable_keys(p_table, h.after) as is
              from sync.history h join sync.tables t on t.table_id = h.table_id
             where t.name = p_table and h.record_id = p_record_id and h.organization_id = sync.caller_organization()
               and h.scope_id = any (sync.caller_scopes()) and h.position >= coalesce(v_from, 0)
             order by h.position desc limit p_limit) h
     where h.was is not null or h.is is not null or h.action = 'delete');
end $$;
alter function sync.history_of(text, uuid, integer) owner to wedsync_engine;

-- ---- labels_apart.sql
-- sync.labels_apart: the labels under which two values differ.
-- Called  sync.side_moved, sync.replace_sides
create or replace function sync.labels_apart(p_one jsonb, p_other jsonb)
returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(k.label order by k.label), '{}')
    from (select jsonb_object_keys(p_one) union select jsonb_object_keys(p_other)) k (label)
   where p_one -> k.label is distinct from p_other -> k.label
$$;
alter function sync.labels_apart(jsonb, jsonb) owner to wedsync_engine;

-- ---- labels_laid.sql
-- sync.labels_laid: a value with some labels as another has them: another number, or none.
-- Called  sync.side_moved
create or replace function sync.labels_laid(p_over jsonb, p_from jsonb, p_labels text[])
returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (p_over - p_labels) || coalesce((select jsonb_object_agg(f.key, f.value) from jsonb_each(p_from) f where f.key = any (p_labels)), '{}')
$$;
alter function sync.labels_laid(jsonb, jsonb, text[]) owner to wedsync_engine;

-- ---- list_conflicts.sql
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

-- ---- lock_failed.sql
-- sync.lock_failed: locks the failed changes that are to be tried again, of those the caller may handle; answers the ones that
-- still are failed: [{changeId, userId}].
-- Keeps   lock order: ledger rows before records
-- Called  sync.open_batch
create or replace function sync.lock_failed(p_change_ids jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found jsonb;
begin
  if p_change_ids is null then
    return '[]';
  end if;
  with found as materialized (
    select q.* from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.status = 'failed'
       and q.change_id = any (sync.changes_to_handle(array(select jsonb_array_elements_text(p_change_ids)::uuid)))
     order by q.change_id
       for no key update of q
  )
  select coalesce(jsonb_agg(jsonb_build_object('changeId', f.change_id, 'userId', f.user_id)), '[]') into v_found from found f;
  return v_found;
end $$;
alter function sync.lock_failed(jsonb) owner to wedsync_engine;
grant execute on function sync.lock_failed(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- may_decide.sql
-- sync.may_decide: whether the caller may decide a conflict: who plans the wedding may, an assistant if nothing critical is
-- contested, and nobody about what they may not read.
-- Keeps   P7; the first wall is push/decide-conflict
-- Called  sync.conflict_for, sync.decided_conflicts, sync.settle_conflict
create or replace function sync.may_decide(p_log public.sync_conflict_log)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    p_log.organization_id = sync.caller_organization()
    and coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())
    and case sync.caller_role() when 'owner' then true when 'planner' then true when 'assistant' then not exists (
          -- one from before levels were kept with the fields has its own
          select from jsonb_array_elements(p_log.fields) f where coalesce(f ->> 'level', p_log.severity) = 'critical') else false end
    and jsonb_array_length(sync.readable_fields(p_log)) = jsonb_array_length(p_log.fields)
    and not exists (select from jsonb_array_elements(p_log.fields) f
                     where not sync.sees_record(coalesce(f ->> 'table', p_log.table_name), coalesce((f ->> 'id')::uuid, p_log.record_id))), false);
end $$;
alter function sync.may_decide(public.sync_conflict_log) owner to wedsync_engine;

-- ---- move_conflicts.sql
-- sync.move_conflicts: while a conflict waits, its server side moves along with the record, whoever writes, and its version
-- rises: who decided on an older view is told so.
-- Keeps   P4: no edit is decided away that the person who decides has not seen
-- Called  sync.review_history
create or replace function sync.move_conflicts(p_moved sync.history[])
returns void language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_moved  record;
  v_log    public.sync_conflict_log;
  v_fields jsonb;
begin
  for v_moved in
    select c.conflict_id, t.table_id, t.name as table_name, n.organization_id, n.record_id, n.action, n.before, n.after,
           jsonb_build_object('userId', n.user_id, 'deviceId', n.device_id, 'at', sync.as_instant(n.at)) as moved_by
      from unnest(p_moved) n
      join sync.tables t on t.table_id = n.table_id
      join sync.contested_records c on c.organization_id = n.organization_id and c.record_id = n.record_id and c.table_name = t.name
     order by c.conflict_id, n.position
  loop
    select l.* into v_log from public.sync_conflict_log l
     where l.organization_id = v_moved.organization_id and l.conflict_id = v_moved.conflict_id and l.status = 'pending'
       for no key update;
    continue when not found;
    v_fields := sync.moved_fields(v_log, v_moved.table_name, v_moved.record_id, v_moved.action, v_moved.before, v_moved.after, v_moved.moved_by);
    -- a field that only makes sense with a contested one moved: whoever decides should look again
    continue when v_fields = v_log.fields and v_moved.action = 'update' and not exists (
      select from jsonb_array_elements(v_log.fields) e
        join sync.fields f on f.table_id = v_moved.table_id and f.field = e ->> 'field'
        join sync.fields o on o.table_id = f.table_id and o.together = f.together and v_moved.after ? o.field
       where coalesce(e ->> 'table', v_log.table_name) = v_moved.table_name and coalesce((e ->> 'id')::uuid, v_log.record_id) = v_moved.record_id);
    update public.sync_conflict_log l
       set fields = v_fields, version = l.version + 1,
           kind = case when v_moved.record_id <> l.record_id or v_moved.table_name <> l.table_name then l.kind
                       when v_moved.action = 'delete' and l.kind = 'fields' then 'edit_deleted'
                       when v_moved.action = 'create' and l.kind = 'edit_deleted' then 'fields'
                       else l.kind end
     where l.organization_id = v_log.organization_id and l.conflict_id = v_log.conflict_id;
  end loop;
end $$;
alter function sync.move_conflicts(sync.history[]) owner to wedsync_engine;

-- ---- move_sides.sql
-- sync.move_sides: open conflicts of which somebody moved the author's side: the author's later edit takes its place, and what
-- turned out to be contested when somebody wanted to decide joins. Each in its turn; what could not be written changes nothing.
-- Takes   [{conflictId, unit, sides: [{place, client}], more: [field]}]
-- Called  sync.settle_decisions
create or replace function sync.move_sides(p_updates jsonb, p_faults jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_update record;
begin
  for v_update in
    select u.* from jsonb_to_recordset(p_updates) as u ("conflictId" uuid, unit text, sides jsonb, more jsonb) where not p_faults ? u.unit
  loop
    update public.sync_conflict_log l
       set version = l.version + 1,
           fields = (select jsonb_agg(case when s.place is null then f.field else (f.field - 'proposed') || jsonb_build_object('client', s.client) end order by f.nth)
                       from jsonb_array_elements(l.fields) with ordinality f (field, nth)
                       left join jsonb_to_recordset(v_update.sides) as s (place integer, client jsonb) on s.place = f.nth - 1) || v_update.more
     where l.organization_id = sync.caller_organization() and l.conflict_id = v_update."conflictId" and l.status = 'pending';
  end loop;
end $$;
alter function sync.move_sides(jsonb, jsonb) owner to wedsync_engine;

-- ---- moved_fields.sql
-- sync.moved_fields: a conflict's fields after its record moved: the server side of those that moved is the new one. What a
-- rule proposed on the old one is no proposal any more. A delete that waits is also asked about fields that moved only now.
-- Called  sync.move_conflicts
create or replace function sync.moved_fields(p_log public.sync_conflict_log, p_table text, p_record_id uuid, p_action text,
  p_before jsonb, p_after jsonb, p_by jsonb)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_fields jsonb;
  v_known  text[];
  v_asks_to_delete boolean;
begin
  if p_action = 'delete' then
    return p_log.fields;
  end if;
  with fields as materialized (
    select e.field, e.nth, coalesce(e.field ->> 'table', p_log.table_name) = p_table
                           and coalesce((e.field ->> 'id')::uuid, p_log.record_id) = p_record_id as is_here
      from jsonb_array_elements(p_log.fields) with ordinality e (field, nth)
  )
  select jsonb_agg(case when f.is_here and p_after ? (f.field ->> 'field') and p_after -> (f.field ->> 'field') is distinct from f.field -> 'server'
                        then sync.side_moved(f.field, p_after -> (f.field ->> 'field'), p_by) else f.field end order by f.nth),
         array_agg(f.field ->> 'field') filter (where f.is_here),
         bool_and(not f.field ? 'client') filter (where f.is_here)
    into v_fields, v_known, v_asks_to_delete
    from fields f;

  if v_asks_to_delete and p_action = 'update' then
    v_fields := v_fields || coalesce((
      select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'table', nullif(p_table, p_log.table_name), 'id', nullif(p_record_id, p_log.record_id)))
               || jsonb_build_object('field', a.key, 'base', p_before -> a.key, 'server', a.value, 'serverBy', p_by,
                                     'rule', 'delete_edited@1', 'reason', 'Somebody changed this while somebody else deleted it, so a person decides whether it stays.')
               order by a.key)
        from jsonb_each(p_after) a where a.key <> all (v_known)), '[]');
  end if;
  return v_fields;
end $$;
alter function sync.moved_fields(public.sync_conflict_log, text, uuid, text, jsonb, jsonb, jsonb) owner to wedsync_engine;

-- ---- open_batch.sql
-- sync.open_batch: locks every record of a batch and hands over what deciding about it needs. Writes nothing.
-- Answers {known, role, scopes, leads, stored, parents, openConflicts, decided, again, rights}: the ledger's rows, who is asking,
-- what stands, which of the records the changes refer to are there, the conflicts that are decided, the failed changes that
-- are tried again, and what the caller may write.
-- Keeps   lock order: ledger rows, records, conflict rows
-- Called  process_sync_batch, sync.open_decision
create or replace function sync.open_batch(p_batch jsonb, p_role text)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_lock    record;
  v_stored  jsonb := '[]';
  v_found   jsonb;
  v_parents jsonb;
  v_again   jsonb := sync.lock_failed(p_batch -> 'again');
  v_decides uuid[] := array(select jsonb_array_elements_text(p_batch -> 'decides'));
  v_locks   jsonb := (p_batch -> 'locks') || sync.records_of_conflicts(v_decides);
begin
  for v_lock in
    select l."table" as table_name, array_agg(i.id::uuid order by i.id::uuid) as ids, l."toDelete" as to_delete
      from jsonb_to_recordset(v_locks) as l ("table" text, ids jsonb, "toDelete" boolean)
     cross join jsonb_array_elements_text(l.ids) i (id)
      join sync.role_tables rt on rt.role = p_role and rt.table_name = l."table"
     group by l."table", l."toDelete", rt.rank
     order by rt.rank
  loop
    execute format('select sync.%I($1, $2, $3)', 'lock_' || v_lock.table_name) using sync.caller_organization(), v_lock.ids, v_lock.to_delete;
  end loop;

  -- a new statement, after the waits: only now the positions that go with the rows are seen
  for v_lock in
    select l."table" as table_name, array_agg(distinct i.id::uuid) as ids
      from jsonb_to_recordset(v_locks) as l ("table" text, ids jsonb)
     cross join jsonb_array_elements_text(l.ids) i (id)
      join sync.role_tables rt on rt.role = p_role and rt.table_name = l."table"
     group by l."table"
  loop
    execute format('select coalesce(jsonb_agg(s), ''[]'') from sync.%I($1) s', 'stored_' || v_lock.table_name) into v_found using v_lock.ids;
    v_stored := v_stored || v_found;
  end loop;

  select coalesce(jsonb_agg(jsonb_build_object('table', p."table", 'id', k.record_id, 'isForeign', k.is_foreign, 'isGone', k.is_gone)), '[]') into v_parents
    from jsonb_to_recordset(p_batch -> 'parents') as p ("table" text, ids jsonb)
   cross join lateral sync.known_ids(p."table", array(select jsonb_array_elements_text(p.ids))::uuid[]) k;

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'parents', v_parents, 'openConflicts', sync.open_conflicts(v_locks, coalesce((v_again -> 0 ->> 'userId')::uuid, sync.caller_user())),
                            'decided', sync.decided_conflicts(v_decides), 'again', v_again,
                            'rights', (select jsonb_object_agg(rt.table_name, jsonb_build_object(
                                                'writes', to_jsonb(rt.writes), 'canCreate', rt.can_create, 'canDelete', rt.can_delete))
                                         from sync.role_tables rt where rt.role = p_role));
end $$;
grant execute on function sync.open_batch(jsonb, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- open_conflicts.sql
-- sync.open_conflicts: one author's open conflicts on some records, locked, so that a later edit can take their place.
-- Called  sync.open_batch
create or replace function sync.open_conflicts(p_locks jsonb, p_author uuid)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_found jsonb;
begin
  with found as materialized (
    select l.* from public.sync_conflict_log l
     where l.organization_id = sync.caller_organization() and l.user_id = p_author and l.status = 'pending'
       and exists (select from sync.contested_records c
                     join jsonb_to_recordset(p_locks) as k ("table" text, ids jsonb) on k."table" = c.table_name and k.ids ? c.record_id::text
                    where c.organization_id = l.organization_id and c.conflict_id = l.conflict_id)
     order by l.conflict_id
       for no key update of l
  )
  select coalesce(jsonb_agg(jsonb_build_object('conflictId', f.conflict_id, 'changeId', f.change_id, 'table', f.table_name, 'id', f.record_id,
                                               'kind', f.kind, 'version', f.version, 'fields', f.fields)), '[]')
    into v_found from found f;
  return v_found;
end $$;
alter function sync.open_conflicts(jsonb, uuid) owner to wedsync_engine;
grant execute on function sync.open_conflicts(jsonb, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- open_decision.sql
-- sync.open_decision: be the person of these claims for this transaction, and open what they decide or try again, as a batch
-- without a device.
-- Called  review/decide, review/handle-failed
create or replace function sync.open_decision(p_claims text, p_batch jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role text := sync.assume_caller(p_claims);
begin
  if v_role = 'nobody' then
    return '{"stranger": true}';
  end if;
  return sync.open_batch(p_batch, v_role);
end $$;
grant execute on function sync.open_decision(text, jsonb) to wedsync_server;

-- ---- open_reviews.sql
-- sync.open_reviews: notes which records the conflicts that a person has to decide are about.
-- Called  sync.settle_decisions, after their rows
create or replace function sync.open_reviews(p_conflicts jsonb, p_updates jsonb, p_faults jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.contested_records (organization_id, record_id, table_name, conflict_id)
  select distinct l.organization_id, coalesce((f.field ->> 'id')::uuid, l.record_id), coalesce(f.field ->> 'table', l.table_name), l.conflict_id
    from (select c."conflictId" from jsonb_to_recordset(p_conflicts) as c ("conflictId" uuid, unit text) where not p_faults ? c.unit
          union
          select u."conflictId" from jsonb_to_recordset(p_updates) as u ("conflictId" uuid, unit text) where not p_faults ? u.unit) o
    join public.sync_conflict_log l on l.organization_id = sync.caller_organization() and l.conflict_id = o."conflictId" and l.status = 'pending'
   cross join lateral (select e.field from jsonb_array_elements(l.fields) e (field) union all select '{}') f
  on conflict do nothing;
end $$;
alter function sync.open_reviews(jsonb, jsonb, jsonb) owner to wedsync_engine;

-- ---- place_conflicts.sql
-- sync.place_conflicts: gives every conflict that moved its place in the organization's order, so that it reaches the devices
-- of the people who may decide it, and of its author, like any other record.
-- Keeps   order: the clock stays locked until commit; P9: a mark beside the position
-- Called  the triggers sync_feed_insert and sync_feed_update of sync_conflict_log, once per statement
create or replace function sync.place_conflicts()
returns trigger language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_table_id smallint := (select t.table_id from sync.tables t where t.name = 'conflicts');
begin
  with moved as materialized (
    select n.organization_id, n.conflict_id, coalesce(n.scope_id, n.organization_id) as scope_id,
           -- the team decides; the author hears what becomes of their edit
           array['team'] || array(select 'person:' || m.person_id::text from public.memberships m
                                   where m.organization_id = n.organization_id and m.user_id = n.user_id) as audience,
           row_number() over (partition by n.organization_id order by n.conflict_id) as nth
      from new_rows n
  ), ticked as (
    update sync.clock c set head = c.head + m.moves
      from (select organization_id, count(*) as moves from moved group by organization_id) m
     where c.organization_id = m.organization_id
    returning c.organization_id, c.head, c.head - m.moves as head_before
  ), marked as (
    insert into sync.marks (organization_id, position) select t.organization_id, t.head from ticked t
  )
  insert into sync.records as r (record_id, table_id, scope_id, organization_id, position, field_positions, audience, audience_since)
  select m.conflict_id, v_table_id, m.scope_id, m.organization_id, t.head_before + m.nth, array[t.head_before + m.nth],
         m.audience, array_fill(t.head_before + m.nth, array[cardinality(m.audience)])
    from moved m join ticked t on t.organization_id = m.organization_id
  on conflict on constraint records_pkey do update
     set position = excluded.position, field_positions = excluded.field_positions, changed_at = now();
  return null;
end $$;
alter function sync.place_conflicts() owner to wedsync_engine;

-- ---- place_of_record.sql
-- sync.place_of_record: where a record of the caller's scopes stands, as a line of news before its row is read.
-- Called  sync.read_record
create or replace function sync.place_of_record(p_table text, p_record_id uuid)
returns sync.news[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return array(
    select row(r.scope_id, r.position, t.name, r.record_id, case when r.gone is null then 'update' else r.gone end, true, r.changed_at)::sync.news
      from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
       and sync.sees_record(p_table, p_record_id)
     order by r.gone nulls first, r.position desc limit 1);
end $$;
alter function sync.place_of_record(text, uuid) owner to wedsync_engine;
grant execute on function sync.place_of_record(text, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_conflict.sql
-- sync.read_conflict: one conflict as a record of the feed, as the caller may read it.
-- Called  sync.read_rows, by the row query of the table conflicts; sync.find_conflict
create or replace function sync.read_conflict(p_conflict_id uuid)
returns json language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return (select sync.conflict_for(l)::json from public.sync_conflict_log l
           where l.organization_id = sync.caller_organization() and l.conflict_id = p_conflict_id);
end $$;
alter function sync.read_conflict(uuid) owner to wedsync_engine;
grant execute on function sync.read_conflict(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_record.sql
-- sync.read_record: one record as it now stands, as a line of news for the caller; null for one they do not see.
-- Called  review/decide, in the transaction that wrote it
create or replace function sync.read_record(p_table text, p_record_id uuid)
returns json language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_news sync.news[] := sync.place_of_record(p_table, p_record_id);
begin
  return case when cardinality(v_news) > 0 then sync.read_rows(v_news) -> 0 end;
end $$;
grant execute on function sync.read_record(text, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- readable_fields.sql
-- sync.readable_fields: the contested fields of a conflict that the caller's role may read, as they may read them: of a record
-- that is out of their sight, its author still has their own side. Null for none.
-- Keeps   P7: key by key
-- Called  sync.conflict_for, sync.may_decide
create or replace function sync.readable_fields(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_role   text := sync.caller_role();
  v_is_own boolean := p_log.user_id = sync.caller_user();
begin
  return (
    select jsonb_agg(case when f.sees then f.field || case when f.field -> 'serverBy' is null then '{}'
                                                           else jsonb_build_object('serverBy', sync.side_in_words(f.field -> 'serverBy')) end
                          else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end
                     order by f.nth)
      from (select e.field, e.nth, sync.sees_record(w.table_name, coalesce((e.field ->> 'id')::uuid, p_log.record_id)) as sees
              from jsonb_array_elements(p_log.fields) with ordinality e (field, nth)
             cross join lateral (select coalesce(e.field ->> 'table', p_log.table_name) as table_name) w
              join sync.field_rights r on r.table_name = w.table_name and r.field = e.field ->> 'field' and r.role = v_role and r.can_read
            offset 0) f
     where f.sees or v_is_own);
end $$;
alter function sync.readable_fields(public.sync_conflict_log) owner to wedsync_engine;

-- ---- readable_keys.sql
-- sync.readable_keys: the fields of some JSON of a table that the caller's role may read; null for none.
-- Keeps   P7
-- Called  sync.history_of
create or replace function sync.readable_keys(p_table text, p_fields jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select jsonb_object_agg(f.key, f.value)
            from jsonb_each(p_fields) f
            join sync.field_rights r on r.table_name = p_table and r.field = f.key and r.role = sync.caller_role() and r.can_read);
end $$;
alter function sync.readable_keys(text, jsonb) owner to wedsync_engine;

-- ---- receipt_of.sql
-- sync.receipt_of: the receipt of a ledger row as it was answered. Of a plain change only where the record stood before is
-- kept; whether it moved, and to where, is in history.
-- Called  sync.find_known, sync.late_receipts
create or replace function sync.receipt_of(p_row public.offline_sync_queue)
returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_moved_to bigint;
begin
  if p_row.receipt is not null then
    return case when p_row.receipt ? 'conflict'
      then jsonb_set(p_row.receipt, '{conflict}', sync.told_conflict(p_row.receipt -> 'conflict')) else p_row.receipt end;
  end if;
  select max(h.position) into v_moved_to
    from sync.history h join sync.tables t on t.table_id = h.table_id
   where t.name = p_row.table_name and h.record_id = p_row.record_id and h.change_id = p_row.change_id;
  return jsonb_build_object('kind', 'processed', 'processed', jsonb_build_object(
    'changeId', p_row.change_id, 'serverId', p_row.record_id, 'action', p_row.action, 'version', coalesce(v_moved_to, p_row.version),
    'outcome', case when v_moved_to is null then 'already_applied' else 'applied' end));
end $$;
alter function sync.receipt_of(public.offline_sync_queue) owner to wedsync_engine;

-- ---- records_of_conflicts.sql
-- sync.records_of_conflicts: the records that deciding some open conflicts may write, as the locks of a batch: those in
-- dispute and those of the changes that wait behind them.
-- Called  sync.open_batch, before it locks
create or replace function sync.records_of_conflicts(p_conflict_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('table', t.table_name, 'ids', t.ids, 'toDelete', t.to_delete)), '[]')
      from (select k.table_name, jsonb_agg(distinct k.record_id) as ids, bool_or(k.to_delete) as to_delete
              from (select c.table_name, c.record_id, false as to_delete
                      from sync.contested_records c
                     where c.organization_id = sync.caller_organization() and c.conflict_id = any (p_conflict_ids)
                    union
                    select q.table_name, q.record_id, q.action = 'delete'
                      from sync.waiting_changes w
                      join public.offline_sync_queue q on q.organization_id = w.organization_id and q.change_id = w.change_id
                     where w.organization_id = sync.caller_organization() and w.conflict_id = any (p_conflict_ids) and q.record_id is not null) k
             group by k.table_name) t);
end $$;
alter function sync.records_of_conflicts(uuid[]) owner to wedsync_engine;
grant execute on function sync.records_of_conflicts(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- resolve_sync_conflict.sql
-- resolve_sync_conflict: what a person decided about one conflict: its row closed, the chosen values written as an ordinary
-- change of the decider, the changes that waited given their last receipt, all in one transaction.
-- Takes   {conflictId, version, decisionId, choice, note, chosen: [{choice, resolved}], one for each field in its order,
--          statements, as write_sync_decisions takes them, outcomes: {changeId: outcome}}
-- Answers the conflict's new position
-- Raises  42501  the caller may not decide this, or not write what was chosen; 40001  the conflict moved since it was read
-- Keeps   P3, P4: both sides stay in sync_conflict_log; P7: rows are written as the caller's own role
-- Called  sync.write_unit, with the records and the conflict locked since the first call
create or replace function public.resolve_sync_conflict(p_decision jsonb)
returns bigint language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  -- first, so that what is written now does not count as the server side moving along
  perform sync.settle_conflict(p_decision);
  perform sync.write_statements(p_decision -> 'statements');
  return sync.settle_waiting(p_decision);
end $$;
grant execute on function public.resolve_sync_conflict(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- review_history.sql
-- sync.review_history: hands what moved to the conflicts that wait for a person about it. Where none waits, one look into an
-- empty table is all it costs; so it sets nothing but its search path.
-- Called  the trigger sync_review of sync.history, once per statement
create or replace function sync.review_history()
returns trigger language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_moved sync.history[];
begin
  if exists (select from sync.contested_records) then
    v_moved := array(
      select row(n.*)::sync.history from new_rows n
       where exists (select from sync.contested_records c where c.organization_id = n.organization_id and c.record_id = n.record_id));
    if cardinality(v_moved) > 0 then
      perform sync.move_conflicts(v_moved);
    end if;
  end if;
  return null;
end $$;
alter function sync.review_history() owner to wedsync_engine;

-- ---- scope_of_change.sql
-- sync.scope_of_change: the wedding, or the organization, a change is about: its record's, else the one it named.
-- Called  sync.changes_to_handle
create or replace function sync.scope_of_change(p_row public.offline_sync_queue)
returns uuid language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return coalesce(
    (select r.scope_id from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_row.record_id
      where t.name = p_row.table_name and r.organization_id = p_row.organization_id order by r.position desc limit 1),
    case when p_row.data ->> 'client_id' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (p_row.data ->> 'client_id')::uuid end,
    p_row.organization_id);
end $$;
alter function sync.scope_of_change(public.offline_sync_queue) owner to wedsync_engine;

-- ---- sees_record.sql
-- sync.sees_record: whether the caller sees a record now, or saw it when it was deleted.
-- Called  sync.readable_fields, sync.history_of
create or replace function sync.sees_record(p_table text, p_record_id uuid)
returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return exists (
    select from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
       and case when r.gone is null then r.audience else r.lost_audience end && sync.caller_audiences());
end $$;
alter function sync.sees_record(text, uuid) owner to wedsync_engine;

-- ---- settle_conflict.sql
-- sync.settle_conflict: closes a conflict's row with what a person chose; both sides stay in it.
-- Raises  42501  the caller may not decide this; 40001  it moved since it was read, or is decided
-- Keeps   P4; whoever may not decide can only drop their own side
-- Called  resolve_sync_conflict
create or replace function sync.settle_conflict(p_decision jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_log    public.sync_conflict_log;
  v_chosen jsonb := p_decision -> 'chosen';
begin
  select l.* into v_log from public.sync_conflict_log l
   where l.organization_id = sync.caller_organization() and l.conflict_id = (p_decision ->> 'conflictId')::uuid
     for no key update;
  if v_log.status is distinct from 'pending' or v_log.version <> (p_decision ->> 'version')::integer
     or jsonb_array_length(v_chosen) <> jsonb_array_length(v_log.fields) then
    raise exception 'the conflict moved on' using errcode = '40001';
  end if;
  if not sync.may_decide(v_log) and not (
       v_log.user_id = sync.caller_user() and sync.conflict_for(v_log) is not null
       and p_decision -> 'statements' = '[]' and not exists (select from jsonb_array_elements(v_chosen) c where c ->> 'choice' <> 'server')) then
    raise exception 'not the caller''s to decide' using errcode = '42501';
  end if;

  delete from sync.contested_records c where c.organization_id = v_log.organization_id and c.conflict_id = v_log.conflict_id;
  update public.sync_conflict_log l
     set status = 'resolved', version = l.version + 1,
         fields = (select jsonb_agg(f.field || (v_chosen -> (f.nth - 1)::integer) order by f.nth)
                     from jsonb_array_elements(l.fields) with ordinality f (field, nth)),
         resolution = jsonb_build_object('strategy', 'person', 'choice', p_decision -> 'choice', 'applied', true, 'confidence', 1),
         decided_by = sync.caller_user(), decided_at = clock_timestamp(), decision_id = (p_decision ->> 'decisionId')::uuid, note = p_decision ->> 'note'
   where l.organization_id = v_log.organization_id and l.conflict_id = v_log.conflict_id;
end $$;
alter function sync.settle_conflict(jsonb) owner to wedsync_engine;
grant execute on function sync.settle_conflict(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- settle_decisions.sql
-- sync.settle_decisions: conflict rows, ledger rows with their receipts, metrics of a decided batch.
-- A receipt's version is the position its write got; where its unit could not be written, the receipt that was prepared
-- for that case is used, and its conflict row is not written.
-- Answers the receipts by change id.
-- Keeps   P1, by offline_sync_queue_pkey; P4: the conflict row is written in the merge's transaction
-- Called  write_sync_decisions
create or replace function sync.settle_decisions(p_decided jsonb, p_written jsonb, p_faults jsonb, p_started timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org      uuid := sync.caller_organization();
  v_user     uuid := sync.caller_user();
  v_device   uuid := p_decided ->> 'deviceId';
  v_receipts jsonb;
  v_items    integer;
  v_conflicts integer;
  v_errors   integer;
begin
  perform sync.tick(v_org);

  -- a change that is tried again may be another person's: its author is on the conflict's side
  insert into public.sync_conflict_log (conflict_id, organization_id, scope_id, change_id, user_id, device_id, table_name, record_id,
                                        kind, severity, score, because, status, version, fields, resolution, decided_at)
  select c."conflictId", v_org, c.scope, c."changeId", coalesce(q.user_id, v_user), coalesce(q.device_id, v_device), c."table", c.id,
         c.kind, c.severity, c.score, c.because, c.status, 1, c.fields, c.resolution, case when c.status = 'resolved' then now() end
    from jsonb_to_recordset(p_decided -> 'conflicts')
           as c ("conflictId" uuid, unit text, scope uuid, "changeId" uuid, "table" text, id uuid, kind text, severity text,
                 score double precision, because text, status text, fields jsonb, resolution jsonb)
    left join public.offline_sync_queue q on q.organization_id = v_org and q.change_id = c."changeId"
   where not p_faults ? c.unit;
  perform sync.move_sides(p_decided -> 'conflictUpdates', p_faults);
  perform sync.open_reviews(p_decided -> 'conflicts', p_decided -> 'conflictUpdates', p_faults);

  with prepared as materialized (
    select e.*,
           case when p_faults ? e.unit then e."ifFault" -> (p_faults -> e.unit ->> 'sqlstate')
                -- the fields nobody contests are in, the others wait
                when e.receipt ->> 'kind' = 'waiting' and p_written ? e."changeId"::text
                  then jsonb_set(e.receipt, '{conflict,recordVersion}', p_written -> e."changeId"::text)
                when e.receipt #> '{processed,version}' = '0' or p_written ? e."changeId"::text
                  then jsonb_set(e.receipt, '{processed,version}', coalesce(p_written -> e."changeId"::text,
                         -- it found its value in place, put there by an earlier change of this batch
                         (select to_jsonb(r.position) from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = e.id
                           where t.name = e."table" and r.organization_id = v_org order by r.position desc limit 1), '0'))
                else e.receipt end as answer
      from jsonb_to_recordset(p_decided -> 'entries')
             as e ("changeId" uuid, unit text, hash text, "table" text, id uuid, action text, "baseVersion" bigint, data jsonb, base jsonb, more jsonb, receipt jsonb, "ifFault" jsonb, "waitsFor" jsonb, again boolean)
  ), answered as materialized (
    select p.*, coalesce(p.answer, p."ifFault" -> 'other') as told from prepared p
  ), ledger as (
    insert into public.offline_sync_queue (organization_id, change_id, user_id, device_id, batch_id, table_name, record_id, action,
                                           base_version, data, base, more, payload_hash, status, error_code, receipt, settled_at)
    select v_org, a."changeId", v_user, v_device, (p_decided ->> 'batchId')::uuid, a."table", a.id, a.action,
           a."baseVersion", a.data, a.base, a.more, decode(a.hash, 'hex'),
           case a.told ->> 'kind' when 'processed' then 'completed' when 'waiting' then 'conflict' else 'failed' end,
           a.told #>> '{failure,code}', a.told, now()
      from answered a
     -- what may pass later is answered, not stored: the device keeps it and sends it again
     where not coalesce((a.told #>> '{failure,retryable}')::boolean, false) and a.again is null
     order by a."changeId"
  ), tried_again as (
    -- it failed before: its device hears late what became of it
    update public.offline_sync_queue q
       set status = case a.told ->> 'kind' when 'processed' then 'completed' when 'waiting' then 'conflict' else 'failed' end,
           error_code = a.told #>> '{failure,code}', receipt = a.told, attempts = q.attempts + 1, settled_at = now(),
           settled_position = (select c.head from sync.clock c where c.organization_id = v_org), handled_by = v_user, handled_at = now()
      from answered a
     where a.again and q.organization_id = v_org and q.change_id = a."changeId" and q.status = 'failed'
  )
  select coalesce(jsonb_object_agg(a."changeId", a.told), '{}'), count(*), count(*) filter (where a.told ? 'conflict'),
         count(*) filter (where a.told ->> 'kind' = 'failed')
    into v_receipts, v_items, v_conflicts, v_errors
    from answered a;
  perform sync.wait_behind(p_decided -> 'entries', v_receipts);
  if v_device is not null then
    perform sync.record_batch(v_device, p_decided ->> 'sessionId', v_items, v_conflicts, v_errors, p_started);
  end if;
  return v_receipts;
end $$;
alter function sync.settle_decisions(jsonb, jsonb, jsonb, timestamptz) owner to wedsync_engine;
grant execute on function sync.settle_decisions(jsonb, jsonb, jsonb, timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- settle_waiting.sql
-- sync.settle_waiting: the last receipts of the changes that waited behind a conflict which was just decided. Their devices
-- hear of it through their cursor, until it passes.
-- A change that waits behind another conflict as well goes on waiting there.
-- Answers the conflict's position.
-- Keeps   P3
-- Called  resolve_sync_conflict
create or replace function sync.settle_waiting(p_decision jsonb)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_org      uuid := sync.caller_organization();
  v_conflict uuid := p_decision ->> 'conflictId';
  v_head     bigint;
begin
  if not exists (select from public.sync_conflict_log l
                  where l.organization_id = v_org and l.conflict_id = v_conflict and l.decision_id = (p_decision ->> 'decisionId')::uuid
                    and l.decided_by = sync.caller_user()) then
    raise exception 'not the caller''s to decide' using errcode = '42501';
  end if;
  -- held since the conflict's row was closed
  select c.head into strict v_head from sync.clock c where c.organization_id = v_org;

  update public.offline_sync_queue q
     set status = 'completed', error_code = null, settled_at = clock_timestamp(), settled_position = v_head,
         receipt = jsonb_build_object('kind', 'processed', 'processed', jsonb_build_object(
           'changeId', q.change_id, 'serverId', q.record_id, 'action', q.action,
           'version', coalesce((select max(r.position) from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = q.record_id
                                 where t.name = q.table_name and r.organization_id = v_org), v_head),
           'outcome', coalesce(p_decision -> 'outcomes' ->> q.change_id::text, 'merged')))
    from sync.waiting_changes w
   where w.organization_id = v_org and w.conflict_id = v_conflict
     and q.organization_id = v_org and q.change_id = w.change_id and q.status = 'conflict'
     and not exists (select from sync.waiting_changes o where o.organization_id = v_org and o.change_id = w.change_id and o.conflict_id <> v_conflict);
  delete from sync.waiting_changes w where w.organization_id = v_org and w.conflict_id = v_conflict;

  return (select max(r.position) from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = v_conflict
           where t.name = 'conflicts' and r.organization_id = v_org);
end $$;
alter function sync.settle_waiting(jsonb) owner to wedsync_engine;
grant execute on function sync.settle_waiting(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- side_in_words.sql
-- sync.side_in_words: who made a side of a conflict, with their name where the caller may read it.
-- Called  sync.readable_fields, sync.conflict_for
create or replace function sync.side_in_words(p_by jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return case when p_by ->> 'userId' is null then p_by || '{"name": null}' else p_by || jsonb_build_object('name', (
    select p.name from public.memberships m
      join public.people p on p.id = m.person_id and p.organization_id = m.organization_id
     where m.organization_id = sync.caller_organization() and m.user_id = (p_by ->> 'userId')::uuid
       and sync.sees_record('people', p.id)
       and exists (select from sync.field_rights f where f.table_name = 'people' and f.field = 'name' and f.role = sync.caller_role() and f.can_read)
     limit 1)) end;
end $$;
alter function sync.side_in_words(jsonb) owner to wedsync_engine;

-- ---- side_moved.sql
-- sync.side_moved: one contested field after its server side moved. Of a field with labels only the contested labels are the
-- author's: the others are as they now stand, on both sides.
-- Called  sync.moved_fields
create or replace function sync.side_moved(p_field jsonb, p_server jsonb, p_by jsonb)
returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_client jsonb := p_field -> 'client';
begin
  if jsonb_typeof(v_client) = 'object' and jsonb_typeof(p_field -> 'server') = 'object' and jsonb_typeof(p_server) = 'object' then
    v_client := sync.labels_laid(p_server, v_client, sync.labels_apart(v_client, p_field -> 'server'));
  end if;
  return (p_field - 'proposed') || jsonb_build_object('server', p_server, 'serverBy', p_by)
         || case when v_client is null then '{}' else jsonb_build_object('client', v_client) end;
end $$;
alter function sync.side_moved(jsonb, jsonb, jsonb) owner to wedsync_engine;

-- ---- told_conflict.sql
-- sync.told_conflict: the conflict of a stored receipt, with the keys its reader's role may read today.
-- Keeps   P7: a receipt outlives the rights it was written under
-- Called  sync.receipt_of
create or replace function sync.told_conflict(p_conflict jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return jsonb_set(p_conflict, '{fields}', coalesce((
    select jsonb_agg(f.field order by f.nth)
      from jsonb_array_elements(p_conflict -> 'fields') with ordinality f (field, nth)
      join sync.field_rights r on r.table_name = coalesce(f.field ->> 'table', p_conflict ->> 'table') and r.field = f.field ->> 'field'
                              and r.role = sync.caller_role() and r.can_read), '[]'));
end $$;
alter function sync.told_conflict(jsonb) owner to wedsync_engine;

-- ---- wait_behind.sql
-- sync.wait_behind: notes which conflicts each change of a batch waits for, in the order they came.
-- Called  sync.settle_decisions, after the ledger rows
create or replace function sync.wait_behind(p_entries jsonb, p_receipts jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.waiting_changes (organization_id, conflict_id, change_id)
  select l.organization_id, l.conflict_id, e."changeId"
    from rows from (jsonb_to_recordset(p_entries) as ("changeId" uuid, "waitsFor" jsonb)) with ordinality as e ("changeId", "waitsFor", nth)
   cross join jsonb_array_elements_text(e."waitsFor") w (conflict_id)
    join public.sync_conflict_log l on l.organization_id = sync.caller_organization() and l.conflict_id = w.conflict_id::uuid and l.status = 'pending'
   where p_receipts -> e."changeId"::text ->> 'kind' = 'waiting'
   order by e.nth
  on conflict do nothing;
end $$;
alter function sync.wait_behind(jsonb, jsonb) owner to wedsync_engine;

-- ---- write_statements.sql
-- sync.write_statements: statements in their order, each as the caller's own role; answers the position each change got, by
-- change id.
-- Called  sync.write_unit, resolve_sync_conflict
create or replace function sync.write_statements(p_statements jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written   jsonb := '{}';
  v_statement record;
  v_versions  jsonb;
begin
  for v_statement in
    select s."table" as table_name, s.action, array(select jsonb_array_elements_text(s.fields)) as fields, s.rows
      from jsonb_to_recordset(p_statements) as s ("table" text, action text, fields jsonb, rows jsonb)
  loop
    select coalesce(jsonb_object_agg(w.change_id, w.version), '{}') into v_versions
      from sync.write_rows(v_statement.table_name, v_statement.action, v_statement.fields, v_statement.rows) w;
    v_written := v_written || v_versions;
  end loop;
  return v_written;
end $$;
grant execute on function sync.write_statements(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- write_unit.sql
-- sync.write_unit: what one unit writes: its statements in their order, and what it decides; answers the position each
-- change got, by change id.
-- Called  write_sync_decisions
create or replace function sync.write_unit(p_unit jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written jsonb := sync.write_statements(p_unit -> 'statements');
  v_decided jsonb;
begin
  for v_decided in select jsonb_array_elements(p_unit -> 'decided') loop
    v_written := v_written || jsonb_build_object(v_decided ->> 'decisionId', public.resolve_sync_conflict(v_decided));
  end loop;
  return v_written;
end $$;
grant execute on function sync.write_unit(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- end.sql
select sync.close_functions();
