-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- as_instant.sql
-- sync.as_instant: an instant as it stands on the wire.
-- Called  whoever writes one into JSON, where it is laid open: nothing is called
create or replace function sync.as_instant(p_at timestamptz)
returns text language sql stable
return to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
alter function sync.as_instant(timestamptz) owner to wedsync_engine;

-- ---- conflict_for.sql
-- sync.conflict_for: a conflict as the caller may read it; null for one that is none of their business.
-- Keeps   P7
-- Called  sync.read_conflict, sync.open_conflicts, sync.decided_conflicts, sync.records_of_conflicts, sync.move_sides, sync.settle_conflict
create or replace function sync.conflict_for(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select c.told from sync.conflicts_told(array[p_log]) c);
end $$;
alter function sync.conflict_for(public.sync_conflict_log) owner to wedsync_engine;

-- ---- conflicts_in_sight.sql
-- sync.conflicts_in_sight: the end of a query for the conflicts l that were asked for and of which somebody may read anything: what
-- sync.conflicts_told asks of each, asked of all at once. A field the role may read, of a record in sight or of one's own edit. Ten
-- thousand are counted by it, so what both sides say is not opened where it need not be.
-- Takes   $1 who asks, as sync.caller_facts; $2 the fields their role may read, as table.field; $3 the tables by their number;
--         $4 {status, severity, scope}, null where not wanted
-- Keeps   P7
-- Called  sync.list_conflicts
create or replace function sync.conflicts_in_sight()
returns text language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  -- of one that is out of sight, or was never made, sync.sees_contested knows more. `is true`: one look by the record's id, not one for
  -- each of the scopes
  v_seen text := $q$coalesce((
       select true from sync.records r
        where r.record_id = %2$s and ($3)[r.table_id] = %1$s and r.organization_id = ($1).organization_id
          and (r.scope_id = any (($1).scopes)) is true
          and case when r.gone is null then r.audience && ($1).audiences
                   else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) o (name, lost)
                                                       where o.lost = r.position and o.name = any (($1).audiences)) end
        limit 1), (
       select sync.sees_contested(w, %1$s, %2$s) from public.sync_conflict_log w
        where w.organization_id = l.organization_id and w.conflict_id = l.conflict_id)) $q$;
begin
  return format($q$
    from public.sync_conflict_log l
   where l.organization_id = ($1).organization_id and coalesce(l.scope_id, l.organization_id) = any (($1).scopes)
     and (($1).role in ('owner', 'planner', 'assistant') or l.user_id = ($1).user_id)
     and ($4 ->> 'scope' is null or l.scope_id = ($4 ->> 'scope')::uuid)
     and ($4 ->> 'status' is null or l.status = $4 ->> 'status')
     and ($4 ->> 'severity' is null or l.severity = $4 ->> 'severity')
     and case when l.contested is not null then
                -- mostly the first is one of them
                (l.contested[1] = any ($2) or l.contested && $2) and (l.user_id = ($1).user_id or %1$s)
              else exists (
                -- the first that may be read is enough
                select from (select coalesce(e ->> 'table', o.table_name) as table_name, coalesce((e ->> 'id')::uuid, o.record_id) as record_id, e ->> 'field' as field
                               from public.sync_conflict_log o cross join lateral jsonb_array_elements(o.fields) e
                              where o.organization_id = l.organization_id and o.conflict_id = l.conflict_id) f
                 where array[f.table_name || '.' || f.field] <@ $2 and (l.user_id = ($1).user_id or %2$s)) end $q$,
    format(v_seen, 'l.table_name', 'l.record_id'), format(v_seen, 'f.table_name', 'f.record_id'));
end $$;
alter function sync.conflicts_in_sight() owner to wedsync_engine;

-- ---- conflicts_told.sql
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

-- ---- contested_fields.sql
-- sync.contested_fields: the contested fields of some conflicts, one by one: whether the caller's role may read it, whether the caller sees
-- its record, and whether they are one of those who decide about a field like it: who plans the wedding is, an assistant unless it is
-- critical. What the freeze held is for the owner and the wedding's lead, and what waits for somebody's word for those who plan.
-- From these three follows what anybody is told of a conflict, and who may decide it.
-- Keeps   P7; the first wall of deciding is push/decide-conflict, which also knows of a freeze that began since
-- Called  sync.conflicts_told, sync.may_decide, sync.fields_in_place
create or replace function sync.contested_fields(p_logs public.sync_conflict_log[])
returns table (conflict_id uuid, nth bigint, field jsonb, may_read boolean, sees boolean, decides boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  v_role text := sync.caller_role();
begin
  return query
    with fields as materialized (
      select l.conflict_id, e.nth, e.field, coalesce(e.field ->> 'table', l.table_name) as table_name, coalesce((e.field ->> 'id')::uuid, l.record_id) as record_id,
             v_role in ('owner', 'planner')
             -- by what a field weighs by itself, not by how near the day is. One that moved only since has no level here: of that the
             -- server's own wall knows; and a conflict from before levels were kept with the fields goes by its own
             or v_role = 'assistant' and coalesce(e.field ->> 'level', case when not jsonb_path_exists(l.fields, '$[*].level') then l.severity end) is distinct from 'critical' as by_weight,
             (e.field ->> 'rule' like 'freeze@%' and v_role <> 'owner' and l.scope_id = any ((select sync.caller_leads())::uuid[]) is not true
              or e.field ->> 'rule' like 'approval@%' and v_role not in ('owner', 'planner')) is not true as by_rule
        from unnest(p_logs) l cross join lateral jsonb_array_elements(l.fields) with ordinality e (field, nth)
    ), records as materialized (
      -- once for each record, however many of its fields are contested
      select r.conflict_id, r.table_name, r.record_id, sync.sees_contested(l, r.table_name, r.record_id) as sees
        from (select distinct f.conflict_id, f.table_name, f.record_id from fields f) r
        join unnest(p_logs) l on l.conflict_id = r.conflict_id
    )
    select f.conflict_id, f.nth, f.field,
           exists (select from sync.field_rights w where w.table_name = f.table_name and w.field = f.field ->> 'field' and w.role = v_role and w.can_read),
           r.sees, f.by_weight and f.by_rule
      from fields f
      join records r on r.conflict_id = f.conflict_id and r.table_name = f.table_name and r.record_id = f.record_id;
end $$;
alter function sync.contested_fields(public.sync_conflict_log[]) owner to wedsync_engine;

-- ---- fields_in_place.sql
-- sync.fields_in_place: the contested fields of a conflict, each at its place, for a step that speaks of them by place: of those the
-- caller's role may not read, or of a record that is out of their sight, only the author's side, and that to the author alone.
-- Keeps   P7: whoever planned a wedding once and keeps an edit waiting there hears no more of the other side than they read today
-- Called  sync.open_conflicts, sync.decided_conflicts
create or replace function sync.fields_in_place(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_agg(case when f.may_read and f.sees then f.field
                          else f.field - array['base', 'server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason', case when p_log.user_id = sync.caller_user() then '' else 'client' end] || '{"reason": "This is not yours to read."}' end
                     order by f.nth)
      from sync.contested_fields(array[p_log]) f);
end $$;
alter function sync.fields_in_place(public.sync_conflict_log) owner to wedsync_engine;

-- ---- list_conflicts.sql
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

-- ---- may_decide.sql
-- sync.may_decide: whether the caller may decide a conflict: one of those who decide about each of its fields, and nobody about what they
-- may not read.
-- Keeps   P7
-- Called  sync.decided_conflicts, sync.settle_conflict
create or replace function sync.may_decide(p_log public.sync_conflict_log)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    p_log.organization_id = sync.caller_organization()
    and coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())
    and (select bool_and(f.may_read and f.sees and f.decides) from sync.contested_fields(array[p_log]) f), false);
end $$;
alter function sync.may_decide(public.sync_conflict_log) owner to wedsync_engine;

-- ---- sees_contested.sql
-- sync.sees_contested: whether the caller sees a record a conflict is about: now, or when it was deleted; and of one that was never made,
-- because it waits for that conflict, whether they would see it as its author wants it.
-- Keeps   P7
-- Called  sync.contested_fields, sync.conflicts_in_sight, sync.told_conflict
create or replace function sync.sees_contested(p_log public.sync_conflict_log, p_table text, p_record_id uuid)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_column name;
  v_sees   boolean;
begin
  if sync.sees_record(p_table, p_record_id) then
    return true;
  end if;
  if p_log.conflict_id is null or p_log.organization_id is distinct from sync.caller_organization()
     or (coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())) is not true
     or exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id where t.name = p_table) then
    return false;
  end if;
  select t.scope_column into v_column from sync.tables t where t.name = p_table and t.name <> 'conflicts';
  if v_column is null then
    return false;
  end if;
  execute format('select %1$s && $3 from jsonb_populate_record(null::public.%2$I, $1 || jsonb_build_object(%3$L, $2)) t',
                 sync.audience_expression(format('public.%I', p_table)::regclass, 't'), p_table, v_column)
    into v_sees
   using (select coalesce(jsonb_object_agg(f ->> 'field', f -> 'client') filter (where f ? 'client'), '{}') from jsonb_array_elements(p_log.fields) f
           where coalesce(f ->> 'table', p_log.table_name) = p_table and coalesce((f ->> 'id')::uuid, p_log.record_id) = p_record_id),
         coalesce(p_log.scope_id, p_log.organization_id), sync.caller_audiences();
  return coalesce(v_sees, false);
end $$;
alter function sync.sees_contested(public.sync_conflict_log, text, uuid) owner to wedsync_engine;

-- ---- sees_record.sql
-- sync.sees_record: whether the caller sees a record now, or saw it when it was deleted.
-- Called  sync.sees_contested, sync.side_in_words, sync.history_of, sync.place_of_record
create or replace function sync.sees_record(p_table text, p_record_id uuid)
returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
begin
  return exists (
    select from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = p_record_id
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
       -- whoever had lost sight of it before it was deleted, or holds a wedding it left, sees it no more
       and case when r.gone is null then r.audience && sync.caller_audiences()
                else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) l (name, lost)
                                                    where l.lost = r.position and l.name = any (sync.caller_audiences())) end);
end $$;
alter function sync.sees_record(text, uuid) owner to wedsync_engine;

-- ---- side_in_words.sql
-- sync.side_in_words: who made a side of a conflict, with their name and their account where the caller may read these.
-- Keeps   P7
-- Called  sync.conflicts_told, once for each person; sync.history_of
create or replace function sync.side_in_words(p_by jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return case when p_by ->> 'userId' is null then p_by || '{"name": null}' else p_by || jsonb_build_object('name', (
    select p.name from public.memberships m
      join public.people p on p.id = m.person_id and p.organization_id = m.organization_id
     where m.organization_id = sync.caller_organization() and m.user_id = (p_by ->> 'userId')::uuid
       and sync.sees_record('people', p.id)
       and exists (select from sync.field_rights f where f.table_name = 'people' and f.field = 'name' and f.role = sync.caller_role() and f.can_read)
     limit 1), 'userId', (
    select m.user_id from public.memberships m
     where m.organization_id = sync.caller_organization() and m.user_id = (p_by ->> 'userId')::uuid and sync.sees_record('memberships', m.id))) end;
end $$;
alter function sync.side_in_words(jsonb) owner to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
