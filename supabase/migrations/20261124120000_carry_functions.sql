-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- base_positions.sql
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

-- ---- conflicts_met.sql
-- sync.conflicts_met: the conflicts an entry of a record's history met: those its own change opened, and those in which the
-- value it wrote stood on the server's side. Fields beyond the given ones are left out; so is a conflict with none left.
-- Called  sync.read_history
create or replace function sync.conflicts_met(p_entry sync.history, p_table text, p_fields text[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'conflictId', c.conflict_id, 'changeId', c.change_id, 'side', case when c.change_id = p_entry.change_id then 'client' else 'server' end,
             'status', c.status, 'fields', f.fields, 'strategy', c.resolution ->> 'strategy',
             'by', sync.known_person(c.user_id, null), 'note', case when sync.caller_role() in ('owner', 'planner', 'assistant') then c.note end,
             'decidedBy', case when c.decided_by is not null then sync.known_person(c.decided_by, null) end,
             'decidedAt', to_char(c.decided_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by c.detected_at, c.conflict_id), '[]')
      from public.sync_conflict_log c
     cross join lateral (
       select jsonb_agg(e) as fields,
              bool_or(p_entry.after -> (e ->> 'field') = e -> 'server'
                      -- the newest entry that wrote this value
                      and not exists (select from sync.history n
                                       where n.record_id = p_entry.record_id and n.table_id = p_entry.table_id and n.position > p_entry.position
                                         and n.after -> (e ->> 'field') = e -> 'server')) as is_met
         from jsonb_array_elements(c.fields) e where e ->> 'field' = any (p_fields)) f
     where c.organization_id = p_entry.organization_id and c.record_id = p_entry.record_id and c.table_name = p_table
       and coalesce(c.scope_id, p_entry.scope_id) = p_entry.scope_id and f.fields is not null
       and (c.change_id = p_entry.change_id or f.is_met)
  );
end $$;
alter function sync.conflicts_met(sync.history, text, text[]) owner to wedsync_engine;

-- ---- count_news.sql
-- sync.count_news: how many records a device has still to hear of, counted as far as a thousand.
-- Called  sync.read_page
create or replace function sync.count_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_stages text[], p_next bigint)
returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select count(*)::integer
      from sync.find_news(p_scopes, array(select greatest(p, p_next) from unnest(p_positions) with ordinality u (p, n) order by n), p_begun, p_stages, 1000)
  );
end $$;
alter function sync.count_news(uuid[], bigint[], bigint[], text[], bigint) owner to wedsync_engine;
grant execute on function sync.count_news(uuid[], bigint[], bigint[], text[], bigint)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- cursor_since.sql
-- sync.cursor_since: the cursor of a device that only knows when it last heard: it has seen everything up to that moment, in
-- the scopes that are the caller's today. Null where that cannot be said: then it loads. Of what it lost meanwhile it is
-- told record by record, where the records are in scopes it still has; more needs a cursor of its own.
-- Keeps   P5: whoever came to a wedding, a role or a contact since then loads anew
-- Called  sync.read_page
create or replace function sync.cursor_since(p_since timestamptz)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization uuid        := sync.caller_organization();
  v_until        timestamptz := sync.seen_until(p_since);
  v_read         bigint;
begin
  if v_until is null or exists (
    select from sync.records r join sync.tables t on t.table_id = r.table_id
     where t.name in ('memberships', 'assignments', 'vendor_contacts') and r.organization_id = v_organization and r.changed_at > v_until
       and (r.audience || r.lost_audience) && array['person:' || sync.caller_person()::text]) then
    return null;
  end if;
  select coalesce(min(sync.first_moved(r.record_id, r.table_id, v_until)) - 1, (select o.head from sync.read_order() o)) into v_read
    from sync.records r
   where r.organization_id = v_organization and r.scope_id = any (sync.caller_scopes()) and r.changed_at > v_until;
  return (
    select jsonb_build_object('epoch', o.epoch, 'markAt', o.mark_at, 'mark', o.mark, 'read', v_read,
                              'scopes', (select jsonb_object_agg(c.scope_id, jsonb_build_array(v_read, c.rights, v_read, false)) from sync.caller_rights() c))
      from sync.read_order() o
  );
end $$;
alter function sync.cursor_since(timestamptz) owner to wedsync_engine;
grant execute on function sync.cursor_since(timestamptz)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- find_news.sql
-- sync.find_news: what the caller hears of each record above their cursor, in order, without the rows themselves.
-- A run of pages has a beginning: whether a field moved is asked since then, because a record that moved while earlier
-- pages were read was in none of them. A scope that is loading holds nothing yet.
-- Stages of a scope: 'none' is not loading; 'first' loads what stood at the beginning in the tables that matter most;
-- 'rest' everything else, and what moved since; 'whole' all of it in one go, as cursors from before stages do.
-- Keeps   P7: nothing of a record they never saw; an edit of fields they may not read is not sent
-- Called  sync.read_page
create or replace function sync.find_news(p_scopes uuid[], p_positions bigint[], p_begun bigint[], p_stages text[], p_limit integer)
returns setof sync.news language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_organization_id uuid := sync.caller_organization();
  v_role text := sync.caller_role();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
begin
  return query
  with readable as materialized (
    select rt.table_name, t.table_id, rt.slots, t.loads_first
      from sync.role_tables rt
      join sync.tables t on t.name = rt.table_name
     where rt.role = v_role and cardinality(rt.slots) > 0
  )
  select s.scope_id, h.position, h.table_name, h.record_id,
         case when not h.sees then coalesce(h.gone, 'remove') when h.held and not s.loading then 'update' else 'create' end,
         h.held, h.changed_at
    from (
      -- in the second stage it may hold whatever stood at the beginning, however far the positions have come
      select u.scope_id, u.read_to, u.begun, u.stage, u.stage <> 'none' as loading,
             case when u.stage = 'rest' then greatest(u.read_to, u.begun) else u.read_to end as seen_to
        from unnest(p_scopes, p_positions, p_begun, p_stages) u (scope_id, read_to, begun, stage)
    ) s
   cross join lateral (
     select r.position, t.table_name, r.record_id, r.gone, r.changed_at, see.sees, seen.held
       from sync.records r
       join readable t on t.table_id = r.table_id
      cross join lateral (
        select r.gone is null and r.audience && v_audiences as sees offset 0) see
      cross join lateral (
        select not s.loading and see.sees and exists (
                 select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.begun and a.name = any (v_audiences)) as still,
               s.seen_to > 0 and see.sees and exists (
                 select from unnest(r.audience, r.audience_since) a (name, since) where a.since <= s.seen_to and a.name = any (v_audiences))
               or s.seen_to > 0 and r.lost_audience && v_audiences and exists (
                 select from unnest(r.lost_audience, r.lost_since, r.lost_positions) l (name, since, lost)
                  where l.since <= s.seen_to and l.lost > s.begun and l.name = any (v_audiences)) as held offset 0) seen
      where r.organization_id = v_organization_id and r.scope_id = s.scope_id and r.position > s.read_to
        and case s.stage when 'first' then t.loads_first and r.position <= s.begun
                         when 'rest' then not t.loads_first or r.position > s.begun else true end
        and case when not see.sees then seen.held
                 when not seen.still then true
                 else exists (select from unnest(t.slots) slot
                               where r.field_positions[slot] > s.begun) end
      order by r.position
      limit p_limit
   ) h
   where s.scope_id = any (v_scopes)
   order by h.position
   limit p_limit;
end $$;
alter function sync.find_news(uuid[], bigint[], bigint[], text[], integer) owner to wedsync_engine;
grant execute on function sync.find_news(uuid[], bigint[], bigint[], text[], integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- first_moved.sql
-- sync.first_moved: the position at which a record moved first after a moment; 1 where history does not go back that far, for
-- then it may have moved at any time.
-- Called  sync.base_positions, sync.cursor_since
create or replace function sync.first_moved(p_record_id uuid, p_table_id smallint, p_until timestamptz)
returns bigint language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select case when bool_or(h.at <= p_until or h.action = 'create') then coalesce(min(h.position) filter (where h.at > p_until), 1) else 1 end
      from sync.history h where h.record_id = p_record_id and h.table_id = p_table_id
  );
end $$;
alter function sync.first_moved(uuid, smallint, timestamptz) owner to wedsync_engine;

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

-- ---- history_for.sql
-- sync.history_for: be the person of these claims for this one statement, and read what happened to one record.
-- Called  ops/read-history
create or replace function sync.history_for(p_claims text, p_table text, p_record_id uuid, p_before bigint, p_limit integer)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if sync.assume_caller(p_claims) = 'nobody' then
    return null;
  end if;
  return sync.read_history(p_table, p_record_id, p_before, p_limit);
end $$;
grant execute on function sync.history_for(text, text, uuid, bigint, integer) to wedsync_server;

-- ---- known_person.sql
-- sync.known_person: who an account is, as far as the caller may know: a name only of people they see, else the role alone.
-- Called  sync.read_history, sync.conflicts_met
create or replace function sync.known_person(p_user_id uuid, p_role text)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person record;
begin
  select p.id, p.name, m.role into v_person
    from public.memberships m join public.people p on p.organization_id = m.organization_id and p.id = m.person_id
   where m.organization_id = sync.caller_organization() and m.user_id = p_user_id
     and sync.audience_of_people(p) && sync.caller_audiences();
  return jsonb_build_object('personId', v_person.id, 'name', v_person.name,
                            'role', coalesce(substring(p_role from '^app_(.+)$'), v_person.role));
end $$;
alter function sync.known_person(uuid, text) owner to wedsync_engine;

-- ---- last_moved.sql
-- sync.last_moved: the position at which anything in one of the caller's scopes moved last; 0 where nothing ever did.
-- Called  sync.read_scope
create or replace function sync.last_moved(p_scope uuid)
returns bigint language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(max(r.position), 0) from sync.records r
     where r.organization_id = sync.caller_organization() and r.scope_id = p_scope and p_scope = any (sync.caller_scopes())
  );
end $$;
alter function sync.last_moved(uuid) owner to wedsync_engine;
grant execute on function sync.last_moved(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- pull_page.sql
-- sync.pull_page: be the person of these claims for this one statement, read their next page, and note how far the device is.
-- Called  pull/read-page
create or replace function sync.pull_page(p_claims text, p_asked jsonb)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role     text := sync.assume_caller(p_claims);
  v_page     text;
  v_position bigint;
begin
  select r.page, r.page_position into v_page, v_position from sync.read_page(p_asked) r;
  -- a stream reads far more often than there is something worth noting of its device
  if v_role <> 'nobody' and v_position is not null and p_asked ->> 'deviceId' is not null
     and (p_asked ->> 'isQuiet')::boolean is not true then
    perform sync.note_device((p_asked ->> 'deviceId')::uuid, v_position, p_asked -> 'device');
  end if;
  return v_page;
end $$;
grant execute on function sync.pull_page(text, jsonb) to wedsync_server;

-- ---- read_heads.sql
-- sync.read_heads: how far the order of some organizations has come, for the server alone: what wakes streams.
-- Called  stream/watch-heads, a few times a second while a stream is open
create or replace function sync.read_heads(p_organizations uuid[])
returns json language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select coalesce(json_object_agg(c.organization_id, c.head), '{}') from sync.clock c where c.organization_id = any (p_organizations)
  );
end $$;
alter function sync.read_heads(uuid[]) owner to wedsync_engine;
grant execute on function sync.read_heads(uuid[]) to wedsync_server;

-- ---- read_history.sql
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
   where rt.role = v_role and rt.table_name = p_table and cardinality(rt.slots) > 0;
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

-- ---- read_page.sql
-- sync.read_page: the next page of news for the caller, with where it leaves their cursor.
-- Takes   {deviceId, scopes or null, limit, since (instead of a cursor, or null), cursor: {epoch, markAt, mark, read, scopes: {id: [position, rights, begun, stage]}} or null}
-- Answers {reset} or {epoch, markAt, mark, read, scopes, revoked, changes, settled, hasMore, remaining}
-- Keeps   P5, P8, P9: head, rows, rights and mark are of one snapshot, the statement's
-- Called  pull/read-page
-- A scope whose rights changed is told as revoked and read again from its start; that run begins at today's head, so that
-- nobody hears of a record that left before they came. The page is one stretch of the
-- organization's order: every scope below its end moves up to it.
-- A scope that is loaded comes in two stretches: first what a wedding's day hangs on, as it stood at the beginning, then the
-- rest and what moved meanwhile. While there is anything of the first, a page holds nothing else. In the cursor a stage is
-- 'first' or 'rest', false once it is loaded, and true in cursors from before there were stages.
create or replace function sync.read_page(p_asked jsonb, out page text, out page_position bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_cursor    jsonb := nullif(p_asked -> 'cursor', 'null');
  v_held      jsonb;
  v_limit     integer := (p_asked ->> 'limit')::integer;
  v_fault     text := sync.cursor_fault(v_cursor);
  v_order     record;
  v_scopes    uuid[];
  v_positions bigint[];
  v_begun     bigint[];
  v_stages    text[];
  v_first     sync.news[] := '{}';
  v_is_first  boolean := false;
  v_rights    text[];
  v_revoked   jsonb;
  v_news      sync.news[] := '{}';
  v_more      boolean := false;
  v_next      bigint;
  v_read      bigint;
  v_from      bigint;
  v_changes   json := '[]';
  v_settled   jsonb := '[]';
  v_remaining integer := 0;
begin
  if v_fault is not null then
    page := json_build_object('reset', v_fault);
    return;
  end if;
  select * into strict v_order from sync.read_order();
  if v_cursor is null and p_asked ->> 'since' is not null and sync.caller_organization() is not null then
    v_cursor := sync.cursor_since((p_asked ->> 'since')::timestamptz);
  end if;
  v_held := coalesce(v_cursor -> 'scopes', '{}');

  -- a device in the middle of sending asks for receipts only: it stays where it is, but hears of the newest commit
  if v_limit = 0 then
    v_read := coalesce((v_cursor ->> 'read')::bigint, 0);
    page := json_build_object('epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', v_read,
                              'scopes', v_held, 'revoked', '[]'::json, 'hasMore', true, 'changes', '[]'::json, 'settled', '[]'::json, 'remaining', 0);
    return;
  end if;

  select coalesce(array_agg(c.scope_id order by c.scope_id), '{}'), coalesce(array_agg(c.rights order by c.scope_id), '{}'),
         coalesce(array_agg(coalesce((h.held ->> 0)::bigint, 0) order by c.scope_id), '{}'),
         coalesce(array_agg(coalesce((h.held ->> 2)::bigint, v_order.head) order by c.scope_id), '{}'),
         coalesce(array_agg(case coalesce(h.held ->> 3, 'first') when 'false' then 'none' when 'true' then 'whole' else coalesce(h.held ->> 3, 'first') end order by c.scope_id), '{}')
    into v_scopes, v_rights, v_positions, v_begun, v_stages
    from sync.caller_rights() c
   cross join lateral (
     select case when v_held -> c.scope_id::text ->> 1 = c.rights then v_held -> c.scope_id::text end as held) h
   where p_asked -> 'scopes' = 'null' or p_asked -> 'scopes' ? c.scope_id::text or c.scope_id = sync.caller_organization();

  select coalesce(jsonb_agg(h.key), '[]') into v_revoked
    from jsonb_each(v_held) h
   where not exists (select from unnest(v_scopes, v_rights) s (id, rights) where s.id::text = h.key and s.rights = h.value ->> 1);

  v_next := v_order.head;
  v_from := coalesce((v_cursor ->> 'read')::bigint, v_order.head);
  if 'first' = any (v_stages) then
    -- the others stand still meanwhile: without its name a scope has no news
    v_first := array(select n from sync.find_news(array(select case when g = 'first' then i end from unnest(v_scopes, v_stages) s (i, g)),
                                                  v_positions, v_begun, v_stages, v_limit + 2) n);
    if (v_first[v_limit + 1]).position = (v_first[v_limit]).position then
      v_limit := v_limit + 1;
    end if;
    v_is_first := cardinality(v_first) > v_limit;
    v_first := v_first[:v_limit];
  end if;

  if v_is_first then
    v_next := (v_first[v_limit]).position;
    v_read := case when v_cursor is null then 0 else v_from end;
    v_news := v_first;
    v_more := true;
    v_remaining := sync.count_news(array(select case when g = 'first' then i end from unnest(v_scopes, v_stages) s (i, g)),
                                   v_positions, v_begun, v_stages, v_next)
                 + sync.count_news(v_scopes, array(select case when g = 'first' then 0 else p end from unnest(v_positions, v_stages) s (p, g)), v_begun,
                                   array(select case when g = 'first' then 'rest' else g end from unnest(v_stages) g), 0);
    v_positions := array(select case when g = 'first' then v_next else p end from unnest(v_positions, v_stages) s (p, g));
  else
    v_positions := array(select case when g = 'first' then 0 else p end from unnest(v_positions, v_stages) s (p, g));
    v_stages := array(select case when g = 'first' then 'rest' else g end from unnest(v_stages) g);
    v_limit := v_limit - cardinality(v_first);
    if cardinality(v_scopes) > 0 then
      v_news := array(select n from sync.find_news(v_scopes, v_positions, v_begun, v_stages, greatest(v_limit, 0) + 2) n);
      -- a record that moves between two weddings is two lines at one position: no page ends between them
      if v_limit > 0 and (v_news[v_limit + 1]).position = (v_news[v_limit]).position then
        v_limit := v_limit + 1;
      end if;
      v_more := cardinality(v_news) > greatest(v_limit, 0);
      if v_more then
        v_news := v_news[:greatest(v_limit, 0)];
        -- with the page full of the first stretch, the second has not begun
        v_next := coalesce((v_news[v_limit]).position, 0);
      end if;
    end if;
    v_read := greatest(v_next, case when v_cursor is null then 0 else v_from end);
    if v_more then
      v_remaining := sync.count_news(v_scopes, v_positions, v_begun, v_stages, v_next);
    end if;
    v_news := v_first || v_news;
    v_positions := array(select greatest(p, v_next) from unnest(v_positions) with ordinality u (p, n) order by n);
  end if;

  -- not in one expression: a stranger may not run these functions, and is told that everything is revoked
  if cardinality(v_news) > 0 then
    v_changes := sync.read_rows(v_news);
  end if;
  if cardinality(v_scopes) > 0 and v_read > v_from then
    v_settled := sync.late_receipts((p_asked ->> 'deviceId')::uuid, v_from, v_read);
  end if;

  -- how far this shows things: where only the first stretch moved, no further than before
  page_position := case when v_is_first then v_read else v_next end;
  page := json_build_object(
    'epoch', v_order.epoch, 'markAt', v_order.mark_at, 'mark', v_order.mark, 'read', v_read, 'position', page_position,
    'scopes', (select coalesce(json_object_agg(s.id, json_build_array(s.read_to, s.rights, case when v_more then s.begun else v_next end,
                                            case when not v_more or s.stage = 'none' then 'false'::json
                                                 when s.stage = 'whole' then 'true'::json else to_json(s.stage) end)), '{}')
                 from unnest(v_scopes, v_positions, v_rights, v_begun, v_stages) s (id, read_to, rights, begun, stage)),
    'revoked', v_revoked, 'hasMore', v_more,
    'changes', v_changes, 'settled', v_settled, 'remaining', v_remaining);
end $$;
grant execute on function sync.read_page(jsonb)
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_scope.sql
-- sync.read_scope: every record of one scope as the caller's own select gives it, and where that stands in the order; null
-- for a scope that is not theirs. It asks the tables, not the feed's own record of them: what the feed sent is held
-- against it.
-- Answers {position, since, tables: {name: [{id, data}]}}
-- Keeps   P5, P7: rows as the caller's role, under its policies and column rights
-- Called  ops/verify-scope, in a transaction that reads one snapshot
create or replace function sync.read_scope(p_scope uuid)
returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_table  record;
  v_rows   json;
  v_tables text[] := '{}';
begin
  if (p_scope = any (sync.caller_scopes())) is not true then
    return null;
  end if;
  for v_table in select t.* from sync.readable_tables() t loop
    execute format('select json_agg(json_build_object(''id'', n.record_id, ''data'', %s)) from (select id as record_id from public.%I where %I = $1) n',
                   v_table.row_query, v_table.table_name, v_table.scope_column) into v_rows using p_scope;
    if v_rows is not null then
      v_tables := v_tables || format('%s:%s', to_json(v_table.table_name), v_rows);
    end if;
  end loop;
  return format('{"position":%s,"since":%s,"tables":{%s}}', (select o.head from sync.read_order() o), sync.last_moved(p_scope), array_to_string(v_tables, ','));
end $$;
grant execute on function sync.read_scope(uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- readable_tables.sql
-- sync.readable_tables: the tables the caller's role reads, with the column that names a row's scope and the query of one row.
-- Called  sync.read_scope
create or replace function sync.readable_tables()
returns table (table_name text, scope_column text, row_query text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select t.name, t.scope_column, rt.row_query
      from sync.role_tables rt join sync.tables t on t.name = rt.table_name
     where rt.role = sync.caller_role() and cardinality(rt.slots) > 0
     order by t.name;
end $$;
alter function sync.readable_tables() owner to wedsync_engine;
grant execute on function sync.readable_tables()
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- seen_until.sql
-- sync.seen_until: the moment up to which whoever heard from this server at `p_since` has seen every transaction that began;
-- null where nothing can be said: a moment that is still to come.
-- A row is stamped with the beginning of its transaction, which may end later: by half a minute at most, which is what the
-- server lets its own take (db/in-transaction, with the time-out of a statement on top). Somebody at a console who takes
-- longer is still seen by `base`, where a device sends it.
-- Called  sync.base_positions, sync.cursor_since
create or replace function sync.seen_until(p_since timestamptz)
returns timestamptz language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return case when p_since <= clock_timestamp() then p_since - interval '30 seconds' end;
end $$;
grant execute on function sync.seen_until(timestamptz) to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
