-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- build_batch_functions.sql
-- sync.build_batch_functions: writes what a batch needs of one table, as static SQL: locking, detecting, reading stored
-- values, and one writer for each role of the team.
-- A writer per role, because a cached plan under row level security belongs to one role, and because a statement may
-- name only columns its role may update. Other roles are written by sync.write_rows, column by column.
-- Called  sync.grant_rights
create or replace function sync.build_batch_functions(p_table regclass)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_table  sync.tables;
  v_fields text[];
  v_whole  text;
  v_groups text;
  v_role   text;
  v_set    text;
  v_named  text;
  v_stands text;
  v_sql    text;
begin
  select t.* into strict v_table from sync.tables t join pg_class c on c.relname = t.name where c.oid = p_table;
  -- by slot: a dropped column leaves its place
  v_fields := array(select f.field from sync.fields f where f.table_id = v_table.table_id order by f.slot);
  select string_agg(format('%L, %s', f.field, sync.wire_expression(format('t.%I', f.field), a.atttypid)), ', ' order by f.slot),
         string_agg(format('%I boolean := %L = any (p_group.fields);', 'has_' || f.field, f.field), E'\n  ' order by f.slot),
         string_agg(format('(not %2$I or not s.base ? %1$L or %3$s is not distinct from t.%1$I)', f.field, 'has_' || f.field,
                           sync.read_expression(p_table, 's.base', f.field, a.atttypid)), E'\n                    and ' order by f.slot)
    into v_whole, v_named, v_stands
    from sync.fields f join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;

  -- a field moved with the others of its group
  select format('and not exists (select from (values %s) g (field, slot) where s.data ? g.field and f.field_positions[g.slot] > s.base_version)',
                string_agg(format('(%L, %s)', f.field, o.slot), ', '))
    into v_groups
    from sync.fields f join sync.fields o on o.table_id = f.table_id and o.together = f.together and o.field <> f.field
   where f.table_id = v_table.table_id
  having count(*) > 0;

  v_sql := $sql$
-- Written by sync.build_batch_functions. Locks rows until commit, in order of id.
create or replace function sync.lock_@name@(p_organization uuid, p_ids uuid[], p_to_delete boolean)
returns void language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $lock$
begin
  if p_organization is distinct from sync.caller_organization() then
    raise exception 'these are not the caller''s records' using errcode = '42501';
  end if;
  if p_to_delete then
    perform from @table@ t where t.id = any (p_ids) and t.organization_id = p_organization order by t.id for update;
  else
    perform from @table@ t where t.id = any (p_ids) and t.organization_id = p_organization order by t.id for no key update;
  end if;
end $lock$;

-- Written by sync.build_batch_functions. Locks the rows of a batch's updates, in order of id. Answers the group with where each record stands and
-- where its row and its line in the feed lie, in the order of its changes; null, unless all of them are clean at a glance: seen by the caller, theirs to
-- write, unmoved since the base version and standing at the base values. A row that had to be waited for is read anew by
-- PostgreSQL, but not the positions that go with it: if somebody who may not have been through when the look began wrote a row,
-- there is a second one, with all of them locked.
create or replace function sync.detect_@name@(p_group sync.change_group)
returns sync.change_group language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $detect$
declare
  v_organization uuid   := sync.caller_organization();
  v_scopes       uuid[] := sync.caller_scopes();
  v_audiences    text[] := sync.caller_audiences();
  v_writes       text[] := coalesce((select rt.changes from sync.role_tables rt where rt.role = sync.caller_role() and rt.table_name = @literal@), '{}');
  v_are_theirs   boolean := p_group.fields <@ v_writes;
  @named@
  v_oldest       xid    := pg_snapshot_xmin(pg_current_snapshot())::xid;
  v_is_old       boolean;
begin
  for v_looks in 1..2 loop
    select array_agg(r.position order by r.nth) filter (where r.is_clean), array_agg(r.place order by r.nth), array_agg(r.record_place order by r.nth), bool_and(r.is_old)
      into p_group.positions, p_group.places, p_group.record_places, v_is_old
      from (
        select f.position, s.nth, t.ctid as place, f.ctid as record_place, age(t.xmin) > age(v_oldest) as is_old,
               -- a version this record has not reached is of another history: only values tell then
               f.gone is null and s.base_version <= f.position
               and f.scope_id = any (v_scopes) and f.audience && v_audiences
               and s.data - p_group.fields = '{}' and (v_are_theirs or s.data - v_writes = '{}')
               and (f.position <= s.base_version
                    or not exists (select from jsonb_object_keys(s.data) k where f.field_positions[array_position(@fields@, k)] > s.base_version)
                       @groups@)
               and (s.base is null or s.base - p_group.fields = '{}'
                    and @stands@) as is_clean
          from unnest(p_group.changes) with ordinality s (id, change_id, base_version, hash, data, base, more, nth)
          join @table@ t on t.id = s.id and t.organization_id = v_organization
          join sync.records f on f.record_id = t.id and f.table_id = @table_id@ and f.scope_id = t.@scope@
         order by t.id
           for no key update of t) r;
    exit when v_is_old;
  end loop;
  -- of rows that are not all theirs, nothing
  return case when cardinality(p_group.positions) = cardinality(p_group.changes) then p_group end;
end $detect$;

-- Written by sync.build_batch_functions. What stands of some records, for whoever decides: only fields the caller may
-- read or write, only of records they may see; of others, that they exist.
create or replace function sync.stored_@name@(p_ids uuid[])
returns setof jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $stored$
declare
  v_organization uuid := sync.caller_organization();
  v_scopes uuid[] := sync.caller_scopes();
  v_audiences text[] := sync.caller_audiences();
  v_fields text[] := (select array(select f.field from sync.fields f
                                    where f.table_id = @table_id@ and (f.slot = any (rt.slots) or f.field = any (rt.writes)))
                        from sync.role_tables rt where rt.role = sync.caller_role() and rt.table_name = @literal@);
begin
  return query
    select jsonb_build_object(
             'table', @literal@, 'id', r.record_id, 'scope', case when r.scope_id = any (v_scopes) then r.scope_id end, 'version', r.position, 'isDeleted', t.id is null,
             'isForeign', r.organization_id <> v_organization,
             'isVisible', v.sees and r.scope_id = any (v_scopes))
        || case when r.organization_id = v_organization and r.scope_id = any (v_scopes) and v.sees then
             jsonb_build_object(
               -- of a deleted record, the values it had last
               'fields', (select coalesce(jsonb_object_agg(w.key, w.value), '{}')
                            from jsonb_each(case when t.id is not null then jsonb_build_object(@whole@)
                                                 else (select h.before from sync.history h
                                                        where h.record_id = r.record_id and h.table_id = @table_id@ and h.scope_id = r.scope_id
                                                          and h.action = 'delete' order by h.position desc limit 1) end) w
                           where w.key = any (v_fields)),
               'fieldVersions', (select jsonb_object_agg(f.field, r.field_positions[f.slot]) from sync.fields f
                                  where f.table_id = @table_id@ and f.field = any (v_fields)),
               'movedBy', (select jsonb_object_agg(f.field, jsonb_build_object('userId', h.user_id, 'deviceId', h.device_id, 'at', h.at,
                                       'role', case when h.role not in ('owner', 'app_owner') and h.user_id = any (l.leads) then 'lead' else h.role end, 'intent', q.more -> 'intents' -> f.field))
                             from sync.fields f
                             join sync.history h on h.record_id = r.record_id and h.table_id = @table_id@ and h.position = r.field_positions[f.slot]
                             left join public.offline_sync_queue q on q.organization_id = v_organization and q.change_id = h.change_id
                            cross join (select sync.leads_of(r.scope_id)) l (leads)
                            where f.table_id = @table_id@ and f.field = any (v_fields) and h.scope_id = r.scope_id))
             else '{}' end
      from (select distinct on (q.record_id) q.* from sync.records q
             where q.record_id = any (p_ids) and q.table_id = @table_id@
             order by q.record_id, q.gone nulls first, q.position desc) r
      left join @table@ t on t.id = r.record_id and t.organization_id = v_organization and r.gone is null
     cross join lateral (
       -- of a deleted record, whoever saw it when it was deleted
       select case when t.id is not null then r.audience && v_audiences
                   else exists (select from unnest(r.lost_audience, r.lost_positions) l (name, lost)
                                 where l.lost = r.position and l.name = any (v_audiences)) end as sees) v;
end $stored$;

alter function sync.lock_@name@(uuid, uuid[], boolean) owner to wedsync_engine;
alter function sync.detect_@name@(sync.change_group) owner to wedsync_engine;
alter function sync.stored_@name@(uuid[]) owner to wedsync_engine;
grant execute on function sync.lock_@name@(uuid, uuid[], boolean), sync.stored_@name@(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
grant execute on function sync.detect_@name@(sync.change_group)
  to app_owner, app_planner, app_assistant;
$sql$;
  execute replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(v_sql, '@name@', v_table.name), '@table@', p_table::text),
    '@literal@', quote_literal(v_table.name)), '@fields@', quote_literal(v_fields) || '::text[]'),
    '@scope@', quote_ident(v_table.scope_column)), '@table_id@', v_table.table_id::text), '@whole@', v_whole), '@groups@', coalesce(v_groups, '')),
    '@named@', v_named), '@stands@', v_stands);

  foreach v_role in array array['owner', 'planner', 'assistant'] loop
    -- what a group does not name keeps its value; most of its fields no group names
    select string_agg(format('%1$I = case when %2$I and n.data ? %1$L then %3$s else t.%1$I end', f.field, 'has_' || f.field,
                             sync.read_expression(p_table, 'n.data', f.field, a.atttypid)), E',\n         ' order by f.slot) into v_set
      from sync.role_tables rt
      join sync.fields f on f.table_id = v_table.table_id and f.field = any (rt.changes)
      join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
     where rt.role = v_role and rt.table_name = v_table.name;
    execute format($sql$
-- Written by sync.build_batch_functions. A group's updates as app_%2$s, whose policies and column rights hold: security
-- invoker. How many rows were found where they lay.
create or replace function sync.update_%1$s_%2$s(p_group sync.change_group)
returns integer language plpgsql volatile
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $write$
declare
  %4$s
  v_written integer;
begin
  %5$s
  get diagnostics v_written = row_count;
  return v_written;
end $write$;
grant execute on function sync.update_%1$s_%2$s(sync.change_group) to app_%2$s;
$sql$, v_table.name, v_role, p_table, v_named,
      case when v_set is null then format('raise exception ''%s may not write here'' using errcode = ''42501'';', v_role)
           else format(E'update %s t\n     set %s\n    from rows from (unnest(p_group.changes), unnest(p_group.places)) n (id, change_id, base_version, hash, data, base, more, place)\n   where t.ctid = n.place and t.id = n.id;', p_table, v_set) end);
  end loop;
end $build$;

-- ---- count_awaiting.sql
-- sync.count_awaiting: of records that others may wait for, how many do: {id: count}. Takes [{table, field, ids}]: which table says so, and
-- in which of its fields. Counted in the caller's scopes, for how much a conflict weighs.
-- Called  sync.open_batch
create or replace function sync.count_awaiting(p_asked jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_asked   record;
  v_found   jsonb;
  v_counted jsonb := '{}';
begin
  for v_asked in
    select t.name as table_name, t.scope_column, f.field, array(select jsonb_array_elements_text(a.ids))::uuid[] as ids
      from jsonb_to_recordset(p_asked) as a ("table" text, field text, ids jsonb)
      join sync.tables t on t.name = a."table"
      join sync.fields f on f.table_id = t.table_id and f.field = a.field
  loop
    execute format('select jsonb_object_agg(w.id, w.many) from (select d.%1$I, count(*) from public.%2$I d where d.organization_id = $1 and d.%3$I = any ($2) and d.%1$I = any ($3) group by 1) w (id, many)',
                   v_asked.field, v_asked.table_name, v_asked.scope_column)
      into v_found using sync.caller_organization(), sync.caller_scopes(), v_asked.ids;
    v_counted := v_counted || coalesce(v_found, '{}');
  end loop;
  return v_counted;
end $$;
alter function sync.count_awaiting(jsonb) owner to wedsync_engine;
grant execute on function sync.count_awaiting(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- detect_sync_conflicts.sql
-- detect_sync_conflicts: for each change, the fields that somebody else moved meanwhile to another value, with both values.
-- Takes [{changeId, table, id, baseVersion, data, base}] of updates; of records the caller may not see, nothing.
-- The rule of the conflict design in SQL, for people at a console and for the test that holds it equal to the merge's own:
-- field by field, fields of one group together, parts (labels, answers, the lines of a list) one by one, every field of a record that is gone.
create or replace function public.detect_sync_conflicts(p_changes jsonb)
returns table (change_id uuid, field text, base jsonb, client jsonb, server jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_change record;
begin
  for v_change in
    select c.*, t.table_id from jsonb_to_recordset(p_changes) as c ("changeId" uuid, "table" text, id uuid, "baseVersion" bigint, data jsonb, base jsonb)
      join sync.role_tables rt on rt.table_name = c."table" and rt.role = sync.caller_role()
      join sync.tables t on t.name = c."table"
  loop
    return query execute format($q$
      with stored as materialized (
        select s -> 'fields' as fields, s -> 'fieldVersions' as moved_at, (s ->> 'version')::bigint as version, (s ->> 'isDeleted')::boolean as is_gone
          from sync.%I(array[$2]) s where s ? 'fields'
      ), seen as materialized (
        select f.field, f.together, f.keyed_by, s.is_gone, s.fields -> f.field as server, $4 -> f.field as base, $3 -> f.field as client, $3 ? f.field as is_wanted,
               case when $5 is null or $5 > s.version
                    -- no version to go by: what was seen tells; a field nobody named tells nothing, unless nobody named any
                    then case when $4 ? f.field then $4 -> f.field is distinct from s.fields -> f.field
                              else $3 ? f.field or $5 is null and $4 = '{}' end
                    else (s.moved_at ->> f.field)::bigint > $5 or $4 ? f.field and $4 -> f.field is distinct from s.fields -> f.field end as has_moved
          from stored s join sync.fields f on f.table_id = $6 and s.fields ? f.field
      ), judged as materialized (
        select s.*, s.is_wanted and s.client is not distinct from s.server as is_agreed,
               s.is_wanted and s.client is distinct from s.server and s.has_moved
               -- where lines were moved about, or one of the three has no parts, the whole of it
               and (s.base is null or coalesce(
                 sync.is_reordered(s.base, s.client, s.keyed_by)
                 or exists (select from unnest(sync.keys_apart(s.base, s.client, nullif(s.keyed_by, ''))) k (name)
                             where k.name = any (sync.keys_apart(s.base, s.server, nullif(s.keyed_by, '')))
                               and k.name = any (sync.keys_apart(s.client, s.server, nullif(s.keyed_by, ''))))
                    or sync.keys_apart(s.base, s.client, nullif(s.keyed_by, '')) is null or sync.keys_apart(s.base, s.server, nullif(s.keyed_by, '')) is null, true)) as is_contested
          from seen s
      )
      select $1, j.field, j.base, j.client, j.server
        from judged j
       where j.is_wanted and (j.is_gone or j.is_contested or j.together is not null
             and exists (select from judged o where o.together = j.together and (o.is_contested or not o.is_wanted and o.has_moved))
             and exists (select from judged o where o.together = j.together and o.is_wanted and not o.is_agreed))
       order by j.field
      $q$, 'stored_' || v_change."table")
      using v_change."changeId", v_change.id, v_change.data, coalesce(v_change.base, '{}'), v_change."baseVersion", v_change.table_id;
  end loop;
end $$;
alter function public.detect_sync_conflicts(jsonb) owner to wedsync_engine;
grant execute on function public.detect_sync_conflicts(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- fields_in_place.sql
-- sync.fields_in_place: the contested fields of a conflict, each at its place, for a step that speaks of them by place: of those the
-- caller's role may not read, or of a record that is out of their sight, only the author's side, and that to the author alone.
-- Keeps   P7: whoever planned a wedding once and keeps an edit waiting there hears no more of the other side than they read today
-- Called  sync.open_conflicts, sync.decided_conflicts
create or replace function sync.fields_in_place(p_log public.sync_conflict_log)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_agg(case when s.may then f.field
                          else f.field - array['base', 'server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason', case when p_log.user_id = sync.caller_user() then '' else 'client' end] || '{"reason": "This is not yours to read."}' end
                     order by f.nth)
      from jsonb_array_elements(p_log.fields) with ordinality f (field, nth)
     cross join lateral (select coalesce(f.field ->> 'table', p_log.table_name) as table_name, coalesce((f.field ->> 'id')::uuid, p_log.record_id) as record_id) w
     cross join lateral (
       select sync.sees_contested(p_log, w.table_name, w.record_id)
              and exists (select from sync.field_rights r
                           where r.table_name = w.table_name and r.field = f.field ->> 'field' and r.role = sync.caller_role() and r.can_read) as may) s);
end $$;
alter function sync.fields_in_place(public.sync_conflict_log) owner to wedsync_engine;

-- ---- find_holders.sql
-- sync.find_holders: the records that hold what a batch wants and only one may hold, or that may be the same as one it makes:
-- what sync.stored_… says of each, of those the caller sees.
-- Takes   [{table, same: fields that hold the same, folded: fields that do but for capitals and spaces around it, inTurn, wanted: [{field: value}]}]
-- inTurn  what no constraint says: of one wedding one looks after the other, until commit, so that of two at once the second sees the first
-- Keeps   P7: only records the caller sees, only fields they may read or write, in what is asked and in what is answered
-- Called  push/find-holders, once the batch's own records are locked
create or replace function sync.find_holders(p_claims jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_claim record;
  v_ids   uuid[];
  v_found jsonb;
  v_all   jsonb := '[]';
begin
  for v_claim in
    select t.name, c.same, c.folded, coalesce(c."inTurn", false) as in_turn, c.wanted
      from jsonb_array_elements(p_claims) with ordinality e (value, nth)
     cross join lateral jsonb_to_record(e.value) as c ("table" text, same text[], folded text[], "inTurn" boolean, wanted jsonb)
      join sync.role_tables rt on rt.role = sync.caller_role() and rt.table_name = c."table"
      join sync.tables t on t.name = c."table" and t.name <> 'conflicts'
     -- all there is of a table is never wanted
     where cardinality(c.same) > 0
       -- and nobody finds out what stands in a field they may not read by asking who holds it
       and not exists (select from unnest(c.same || c.folded) n
                        where n <> 'id' and not exists (select from sync.field_rights r where r.table_name = t.name and r.field = n and r.role = rt.role and (r.can_read or r.can_write)))
     order by e.nth
  loop
    if v_claim.in_turn then
      perform pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'alike', v_claim.name, w.client_id), 0))
         from (select distinct s.value ->> 'client_id' as client_id from jsonb_array_elements(v_claim.wanted) s
                where (s.value ->> 'client_id')::uuid = any (sync.caller_scopes()) order by 1) w;
    end if;
    -- a new statement, after the wait
    execute format('select array_agg(distinct h.id) from jsonb_populate_recordset(null::public.%1$I, $1) w join public.%1$I h on h.organization_id = $2 and %2$s',
                   v_claim.name,
                   (select string_agg(format('h.%1$I = w.%1$I', n), ' and ') from unnest(v_claim.same) n)
                   || coalesce((select string_agg(format(' and lower(btrim(h.%1$I)) = lower(btrim(w.%1$I))', n), '') from unnest(v_claim.folded) n), ''))
      into v_ids using v_claim.wanted, sync.caller_organization();
    execute format('select coalesce(jsonb_agg(s order by s ->> %L), %L) from sync.%I($1) s where s ? %L', 'id', '[]', 'stored_' || v_claim.name, 'fields')
      into v_found using coalesce(v_ids, '{}');
    v_all := v_all || v_found;
  end loop;
  return v_all;
end $$;
alter function sync.find_holders(jsonb) owner to wedsync_engine;
grant execute on function sync.find_holders(jsonb)
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
  update sync.fields set together = null, keyed_by = null where together is not null or keyed_by is not null;
end $$;

-- ---- is_due.sql
-- sync.is_due: whether a kept change is worth another try: it has waited long enough; the record it waits for is there, or is not going
-- to be made; the change it waits behind is through.
-- Called  claim_sync_retries
create or replace function sync.is_due(p_row public.offline_sync_queue)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return p_row.next_attempt_at <= now()
      or p_row.awaits_id is not null and (
           exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = p_row.awaits_id where t.name = p_row.awaits_table)
           or exists (select from public.offline_sync_queue c
                       where c.organization_id = p_row.organization_id and c.record_id = p_row.awaits_id and c.table_name = p_row.awaits_table
                         and c.action = 'create' and sync.is_lost(c)))
      or p_row.awaits_change is not null and not exists (
           select from public.offline_sync_queue c
            where c.organization_id = p_row.organization_id and c.change_id = p_row.awaits_change and c.status in ('pending', 'processing'));
end $$;
alter function sync.is_due(public.offline_sync_queue) owner to wedsync_engine;

-- ---- is_lost.sql
-- sync.is_lost: whether the making of a record came to nothing, as far as the ledger tells: it failed, or a person decided that it is not
-- to be, or that it is there already. Of a record that is there, whoever asks knows better.
-- Called  sync.lost_creates, sync.is_due
create or replace function sync.is_lost(p_row public.offline_sync_queue)
returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_row.status = 'failed' or p_row.status = 'completed' and coalesce(p_row.receipt #>> '{processed,outcome}', 'applied') <> 'applied'
$$;
grant execute on function sync.is_lost(public.offline_sync_queue) to wedsync_engine;

-- ---- is_reordered.sql
-- sync.is_reordered: whether the names that two lists have in common stand in another order. Null for what is no list with parts.
-- Called  detect_sync_conflicts
create or replace function sync.is_reordered(p_one jsonb, p_other jsonb, p_by text)
returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_by is null then null
    when p_by = '' then false
    when sync.parts_of(p_one, p_by) is null or sync.parts_of(p_other, p_by) is null then null
    else (select array_agg(e.entry ->> p_by order by e.nth) from jsonb_array_elements(p_one) with ordinality e (entry, nth)
           where sync.parts_of(p_other, p_by) ? (e.entry ->> p_by))
         is distinct from
         (select array_agg(e.entry ->> p_by order by e.nth) from jsonb_array_elements(p_other) with ordinality e (entry, nth)
           where sync.parts_of(p_one, p_by) ? (e.entry ->> p_by)) end
$$;
alter function sync.is_reordered(jsonb, jsonb, text) owner to wedsync_engine;

-- ---- keys_apart.sql
-- sync.keys_apart: the names under which two values of a field with parts differ: labels, questions, or, in a list, what the part p_by of
-- each entry says. Null where one of them has no parts.
-- Called  sync.side_moved, detect_sync_conflicts
create or replace function sync.keys_apart(p_one jsonb, p_other jsonb, p_by text)
returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when o.parts is not null and t.parts is not null then
           (select coalesce(array_agg(k.name order by k.name), '{}')
              from (select jsonb_object_keys(o.parts) union select jsonb_object_keys(t.parts)) k (name)
             where o.parts -> k.name is distinct from t.parts -> k.name) end
    from (select sync.parts_of(p_one, p_by)) o (parts), (select sync.parts_of(p_other, p_by)) t (parts)
$$;
alter function sync.keys_apart(jsonb, jsonb, text) owner to wedsync_engine;

-- ---- keys_laid.sql
-- sync.keys_laid: a value with parts, with some of them as another has them: another part, or none. A list keeps its order; what is new
-- joins at its end, in the order the other has it.
-- Called  sync.side_moved
create or replace function sync.keys_laid(p_over jsonb, p_from jsonb, p_keys text[], p_by text)
returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_by is null then
           (p_over - p_keys) || coalesce((select jsonb_object_agg(f.key, f.value) from jsonb_each(p_from) f where f.key = any (p_keys)), '{}')
         else coalesce((
           select jsonb_agg(w.entry order by w.is_new, w.nth) from (
             select case when o.entry ->> p_by = any (p_keys) then f.entry else o.entry end, false, o.nth
               from jsonb_array_elements(p_over) with ordinality o (entry, nth)
               left join jsonb_array_elements(p_from) f (entry) on f.entry -> p_by = o.entry -> p_by
              where not o.entry ->> p_by = any (p_keys) or f.entry is not null
             union all
             select f.entry, true, f.nth
               from jsonb_array_elements(p_from) with ordinality f (entry, nth)
              where f.entry ->> p_by = any (p_keys)
                and not exists (select from jsonb_array_elements(p_over) o (entry) where o.entry -> p_by = f.entry -> p_by)) w (entry, is_new, nth)), '[]') end
$$;
alter function sync.keys_laid(jsonb, jsonb, text[], text) owner to wedsync_engine;

-- ---- leads_of.sql
-- sync.leads_of: the accounts that lead a wedding today.
-- Called  the functions that sync.build_batch_functions writes
create or replace function sync.leads_of(p_scope uuid)
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return array(select m.user_id from public.assignments a
                 join public.memberships m on m.organization_id = a.organization_id and m.person_id = a.person_id
                where a.organization_id = sync.caller_organization() and a.client_id = p_scope and a.is_lead);
end $$;
alter function sync.leads_of(uuid) owner to wedsync_engine;

-- ---- list_conflicts.sql
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

-- ---- lost_creates.sql
-- sync.lost_creates: which of these records somebody of the organization wanted to make, and could not, or did not, because a person
-- decided so: [{table, id}]. Whoever waits for one of them waits in vain, until a person tries the making again.
-- Called  sync.open_batch
create or replace function sync.lost_creates(p_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    select coalesce(jsonb_agg(distinct jsonb_build_object('table', q.table_name, 'id', q.record_id)), '[]')
      from public.offline_sync_queue q
     where q.organization_id = sync.caller_organization() and q.record_id = any (p_ids) and q.action = 'create' and sync.is_lost(q)
       and not exists (select from sync.tables t join sync.records r on r.table_id = t.table_id and r.record_id = q.record_id
                        where t.name = q.table_name)
  );
end $$;
alter function sync.lost_creates(uuid[]) owner to wedsync_engine;
grant execute on function sync.lost_creates(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- may_decide.sql
-- sync.may_decide: whether the caller may decide a conflict: who plans the wedding may, an assistant if nothing critical is
-- contested, and nobody about what they may not read. What the freeze held is for the owner and the wedding's lead, and what waits for
-- somebody's word for those who plan.
-- Keeps   P7; the first wall is push/decide-conflict, which also knows of a freeze that began since
-- Called  sync.conflict_for, sync.decided_conflicts, sync.settle_conflict
create or replace function sync.may_decide(p_log public.sync_conflict_log)
returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    p_log.organization_id = sync.caller_organization()
    and coalesce(p_log.scope_id, p_log.organization_id) = any (sync.caller_scopes())
    and case sync.caller_role() when 'owner' then true when 'planner' then true when 'assistant' then not exists (
          -- by what a field weighs by itself, not by how near the day is. One that moved only since has no level here: of that the
          -- server's own wall knows; and a conflict from before levels were kept with the fields goes by its own
          select from jsonb_array_elements(p_log.fields) f
           where coalesce(f ->> 'level', case when not jsonb_path_exists(p_log.fields, '$[*].level') then p_log.severity end) = 'critical') else false end
    and not exists (
          select from jsonb_array_elements(p_log.fields) f
           where f ->> 'rule' like 'freeze@%' and sync.caller_role() <> 'owner' and p_log.scope_id = any (sync.caller_leads()) is not true
              or f ->> 'rule' like 'approval@%' and sync.caller_role() not in ('owner', 'planner'))
    and jsonb_array_length(sync.readable_fields(p_log)) = jsonb_array_length(p_log.fields)
    and not exists (select from jsonb_array_elements(p_log.fields) f
                     where not sync.sees_contested(p_log, coalesce(f ->> 'table', p_log.table_name), coalesce((f ->> 'id')::uuid, p_log.record_id))), false);
end $$;
alter function sync.may_decide(public.sync_conflict_log) owner to wedsync_engine;

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
           fields = (select jsonb_agg(case when s.place is null then f.field else (f.field - array['proposed', 'weighed']) || jsonb_build_object('client', s.client) end order by f.nth)
                       from jsonb_array_elements(l.fields) with ordinality f (field, nth)
                       left join jsonb_to_recordset(v_update.sides) as s (place integer, client jsonb) on s.place = f.nth - 1) || v_update.more
     where l.organization_id = sync.caller_organization() and l.conflict_id = v_update."conflictId" and l.status = 'pending'
       and sync.conflict_for(l) is not null;
  end loop;
end $$;
alter function sync.move_sides(jsonb, jsonb) owner to wedsync_engine;

-- ---- open_batch.sql
-- sync.open_batch: locks every record of a batch and hands over what deciding about it needs. Writes nothing.
-- Answers {known, role, person, self, scopes, leads, stored, scopeRecords, freezes, awaited, parents, openConflicts, decided, again, held, lostCreates, rights}: the ledger's
-- rows, who is asking, what stands, the weddings it belongs to, when their plans are frozen, how many wait for it, which of the records the changes refer to are there, the conflicts that are decided, the
-- changes that are tried again, what else of this device is kept for another try, which records could not be made, and what the
-- caller may write.
-- Keeps   lock order: ledger rows, records, conflict rows
-- Called  sync.prepare_batch, sync.open_decision
create or replace function sync.open_batch(p_batch jsonb, p_role text)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_lock    record;
  v_stored  jsonb := '[]';
  v_found   jsonb;
  v_parents jsonb;
  v_weddings jsonb;
  v_lease   uuid := p_batch ->> 'lease';
  v_again   jsonb := sync.lock_again(p_batch -> 'again', v_lease);
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

  select coalesce(jsonb_object_agg(w.stored ->> 'id', w.stored -> 'fields'), '{}') into v_weddings
    from sync.stored_clients(array(select distinct (s ->> 'scope')::uuid from jsonb_array_elements(v_stored) s where s ->> 'scope' is not null)) w (stored)
   where w.stored ? 'fields';

  select coalesce(jsonb_agg(jsonb_build_object('table', p."table", 'id', k.record_id, 'isForeign', k.is_foreign, 'isGone', k.is_gone)), '[]') into v_parents
    from jsonb_to_recordset(p_batch -> 'parents') as p ("table" text, ids jsonb)
   cross join lateral sync.known_ids(p."table", array(select jsonb_array_elements_text(p.ids))::uuid[]) k;

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'person', sync.caller_person(), 'self', to_jsonb(sync.caller_self()), 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'scopeRecords', v_weddings,
                            'awaited', sync.count_awaiting(coalesce(p_batch -> 'awaited', '[]')), 'freezes', sync.freezes_of(array(select distinct (s ->> 'scope')::uuid from jsonb_array_elements(v_stored) s where s ->> 'scope' is not null)), 'parents', v_parents, 'openConflicts', sync.open_conflicts(v_locks, coalesce((v_again -> 0 ->> 'userId')::uuid, sync.caller_user())),
                            'decided', sync.decided_conflicts(v_decides), 'again', v_again, 'held', sync.kept_changes((p_batch ->> 'deviceId')::uuid, v_lease),
                            'lostCreates', sync.lost_creates(array(select i::uuid from jsonb_to_recordset((p_batch -> 'locks') || (p_batch -> 'parents')) as l (ids jsonb)
                                                                    cross join jsonb_array_elements_text(l.ids) i)),
                            'rights', (select jsonb_object_agg(rt.table_name, jsonb_build_object(
                                                'writes', to_jsonb(rt.writes), 'changes', to_jsonb(rt.changes), 'canCreate', rt.can_create, 'canDelete', rt.can_delete))
                                         from sync.role_tables rt where rt.role = p_role));
end $$;
grant execute on function sync.open_batch(jsonb, text)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- parts_of.sql
-- sync.parts_of: the parts of a value by their names; null for a value that has none, or two of one name.
-- Called  sync.keys_apart, sync.keys_laid
create or replace function sync.parts_of(p_value jsonb, p_by text)
returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case
    when p_by is null then case when jsonb_typeof(p_value) = 'object' then p_value end
    when jsonb_typeof(p_value) <> 'array' then null
    else (select case when count(*) = count(distinct e.entry ->> p_by) and coalesce(bool_and(jsonb_typeof(e.entry -> p_by) = 'string'), true)
                      then coalesce(jsonb_object_agg(e.entry ->> p_by, e.entry) filter (where jsonb_typeof(e.entry -> p_by) = 'string'), '{}') end
            from jsonb_array_elements(p_value) e (entry)) end
$$;
alter function sync.parts_of(jsonb, text) owner to wedsync_engine;

-- ---- prepare_batch.sql
-- sync.prepare_batch: everything of a batch that can be done before the clock is taken, which everybody else then waits for: it is
-- looked at, its records are locked, and of a plain one of which nothing is contested the ledger's rows are written. Answers the
-- batch as sync.write_batch takes it, or, where nothing is to be written, its answer.
-- Keeps   P1, P9; lock order: device, records by table and id
-- Called  process_sync_batch, sync.receive_batches
create or replace function sync.prepare_batch(p_batch jsonb)
returns sync.prepared_batch language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started  timestamptz := clock_timestamp();
  v_device   uuid := p_batch ->> 'deviceId';
  v_role     text := sync.caller_role();
  v_fault    text := sync.cursor_fault(p_batch -> 'cursor');
  v_prepared sync.prepared_batch;
  v_groups   sync.change_group[];
  v_group    sync.change_group;
  v_keeps    boolean;
  v_recorded integer;
begin
  if v_fault is not null then
    v_prepared.answer := jsonb_build_object('reset', v_fault);
    return v_prepared;
  end if;
  v_keeps := sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device');
  if not (p_batch ->> 'isPlain')::boolean then
    v_prepared.answer := sync.open_batch(p_batch, v_role);
    return v_prepared;
  end if;
  v_prepared.answer := '{"open": true}';
  if v_keeps or v_role not in ('owner', 'planner', 'assistant') then
    return v_prepared;
  end if;

  -- everything is locked and looked at before anything is written
  foreach v_group in array sync.read_groups(p_batch -> 'groups') loop
    v_group := sync.prepare_group(v_group, v_role);
    if v_group.table_name is null then
      return v_prepared;
    end if;
    v_groups := v_groups || v_group;
  end loop;
  -- of these records a freeze may hold something, and there is one, or nearly: TypeScript knows by the minute
  if v_role <> 'owner' and p_batch ? 'mayBeHeld'
     and sync.is_freeze_near(array(select jsonb_array_elements_text(p_batch #> '{mayBeHeld,ids}'))::uuid[], (p_batch #>> '{mayBeHeld,at}')::timestamptz) then
    return v_prepared;
  end if;
  foreach v_group in array v_groups loop
    v_recorded := sync.record_changes(v_group, v_device, (p_batch ->> 'batchId')::uuid);
  end loop;
  return row(null, v_role, v_device, p_batch ->> 'sessionId', v_started, v_groups)::sync.prepared_batch;
end $$;
grant execute on function sync.prepare_batch(jsonb)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- read_rows.sql
-- sync.read_rows: the news of a page as JSON, in order, every row read as the caller's own role.
-- Keeps   P5, P7, P8: a row that the policies hide is not there, whatever sync.records says
-- Called  sync.read_page
create or replace function sync.read_rows(p_news sync.news[])
returns json language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  v_rows  json;
  v_query text := concat_ws(' union all ',
    sync.page_query(p_news),
    -- not read: what is gone, or out of sight
    $q$select n, null::json from unnest($1) n where n.action in ('delete', 'remove')$q$);
begin
  execute format($q$
    select json_agg(json_build_object(
             'table', (p.news).table_name, 'id', (p.news).record_id, 'scope', (p.news).scope_id,
             'action', case when p.data is null and (p.news).action <> 'delete' then 'remove' else (p.news).action end,
             'version', (p.news).position, 'data', p.data,
             'timestamp', to_char((p.news).changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) 
             -- a record that moves between weddings leaves one before it enters the other
             order by (p.news).position, (p.news).action in ('create', 'update'), (p.news).action)
      from (%s) p (news, data)
     where p.data is not null or (p.news).held $q$, v_query)
    into v_rows using p_news;
  return coalesce(v_rows, '[]');
end $$;
grant execute on function sync.read_rows(sync.news[])
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
                          else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end
                     order by f.nth)
      from (select e.field, e.nth, sync.sees_contested(p_log, w.table_name, coalesce((e.field ->> 'id')::uuid, p_log.record_id)) as sees
              from jsonb_array_elements(p_log.fields) with ordinality e (field, nth)
             cross join lateral (select coalesce(e.field ->> 'table', p_log.table_name) as table_name) w
              join sync.field_rights r on r.table_name = w.table_name and r.field = e.field ->> 'field' and r.role = v_role and r.can_read
            offset 0) f
     where f.sees or v_is_own);
end $$;
alter function sync.readable_fields(public.sync_conflict_log) owner to wedsync_engine;

-- ---- sees_contested.sql
-- sync.sees_contested: whether the caller sees a record a conflict is about: now, or when it was deleted; and of one that was never made,
-- because it waits for that conflict, whether they would see it as its author wants it.
-- Keeps   P7
-- Called  sync.readable_fields, sync.may_decide, sync.fields_in_place, sync.told_conflict
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

-- ---- side_moved.sql
-- sync.side_moved: one contested field after its server side moved. Of a field with parts, by label, question or entry, only the contested
-- ones are the author's: the others are as they now stand, on both sides. What a rule proposed on the old side, and what it was
-- told, are of that side.
-- Called  sync.moved_fields
create or replace function sync.side_moved(p_field jsonb, p_server jsonb, p_by jsonb)
returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  v_client jsonb := p_field -> 'client';
  v_theirs text[] := sync.keys_apart(v_client, p_field -> 'server', p_field ->> 'keyedBy');
begin
  if v_theirs is not null and sync.keys_apart(p_server, v_client, p_field ->> 'keyedBy') is not null then
    v_client := sync.keys_laid(p_server, v_client, v_theirs, p_field ->> 'keyedBy');
  end if;
  return (p_field - array['proposed', 'weighed']) || jsonb_build_object('server', p_server, 'serverBy', p_by)
         || case when v_client is null then '{}' else jsonb_build_object('client', v_client) end;
end $$;
alter function sync.side_moved(jsonb, jsonb, jsonb) owner to wedsync_engine;

-- ---- told_conflict.sql
-- sync.told_conflict: the conflict of a stored receipt, with the keys its reader's role may read today, and of a record that is
-- out of their sight today only their own side. Whose account the other side is, the record of the conflict tells those who
-- may know it.
-- Keeps   P7: a receipt outlives the rights it was written under
-- Called  sync.receipt_of
create or replace function sync.told_conflict(p_conflict jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_log public.sync_conflict_log;
begin
  select l.* into v_log from public.sync_conflict_log l
   where l.organization_id = sync.caller_organization() and l.conflict_id = (p_conflict ->> 'conflictId')::uuid;
  return jsonb_set(p_conflict, '{fields}', coalesce((
    select jsonb_agg((case when s.sees then f.field
                           else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'weighed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end)
                     #- '{serverBy,userId}' order by f.nth)
      from jsonb_array_elements(p_conflict -> 'fields') with ordinality f (field, nth)
     cross join lateral (select coalesce(f.field ->> 'table', p_conflict ->> 'table') as table_name,
                                coalesce(f.field ->> 'id', p_conflict ->> 'id')::uuid as record_id) w
      join sync.field_rights r on r.table_name = w.table_name and r.field = f.field ->> 'field' and r.role = sync.caller_role() and r.can_read
     cross join lateral (select sync.sees_contested(v_log, w.table_name, w.record_id) as sees) s), '[]'));
end $$;
alter function sync.told_conflict(jsonb) owner to wedsync_engine;

-- ---- end.sql
select sync.close_functions();
