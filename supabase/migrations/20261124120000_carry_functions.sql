-- Carried from supabase/sql/functions, each as its file has it. Bodies are checked when they first run.
set local check_function_bodies = off;

-- ---- api_roles.sql
-- sync.api_roles: the roles of Supabase's API, as a list for `revoke`; the one that only Supabase has is named only there.
-- Called  sync.close_functions and sync.close_tables
create or replace function sync.api_roles()
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select string_agg(quote_ident(r.rolname), ', ' order by r.rolname) from pg_roles r where r.rolname in ('anon', 'authenticated', 'service_role')
$$;

-- ---- as_instant.sql
-- sync.as_instant: an instant as it stands on the wire.
-- Called  whoever writes one into JSON
create or replace function sync.as_instant(p_at timestamptz)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
alter function sync.as_instant(timestamptz) owner to wedsync_engine;

-- ---- assume_caller.sql
-- sync.assume_caller: for the rest of the transaction, be the person of these claims; returns their role.
-- Keeps   P7: the database role follows from the membership, never from the token; a stranger becomes app_nobody
-- Called  the first step of every transaction of the server
-- An invoker function: PostgreSQL refuses to set the role inside a definer function.
create or replace function sync.assume_caller(p_claims text)
returns text language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_role text;
begin
  perform set_config('request.jwt.claims', p_claims, true);
  v_role := coalesce(sync.remember_caller(), 'nobody');
  perform set_config('role', 'app_' || v_role, true);
  return v_role;
end $$;
grant execute on function sync.assume_caller(text) to wedsync_server;

-- ---- audience_expression.sql
-- sync.audience_expression: the SQL that says who sees a row of a table; the same one in its policy and in its capture.
-- Called  sync.track, sync.build_capture, sync.ids_in_sight
create or replace function sync.audience_expression(p_table regclass, p_row text)
returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when to_regprocedure(format('sync.%I(%s)', 'audience_of_' || c.relname, p_table::text)) is null then 'array[''team'']'
              else format('sync.%I(%s)', 'audience_of_' || c.relname, p_row) end
    from pg_class c where c.oid = p_table
$$;
grant execute on function sync.audience_expression(regclass, text) to wedsync_engine;

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
  v_sql    text;
begin
  select t.* into strict v_table from sync.tables t join pg_class c on c.relname = t.name where c.oid = p_table;
  -- by slot: a dropped column leaves its place
  v_fields := array(select f.field from sync.fields f where f.table_id = v_table.table_id order by f.slot);
  select string_agg(format('%L, %s', f.field, sync.wire_expression(format('t.%I', f.field), a.atttypid)), ', ' order by f.slot)
    into v_whole
    from sync.fields f join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;

  -- a field moved with the others of its group
  select format('and not exists (select from (values %s) g (field, slot) where s.data ? g.field and r.field_positions[g.slot] > s.base_version)',
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

-- Written by sync.build_batch_functions. Locks the rows of a batch's updates, in order of id, and says whether all of them
-- are clean at a glance: seen by the caller, theirs to write, unmoved since the base version and standing at the base
-- values. With the rows as they would stand, and where they stood. In the order of the arrays. Two statements on purpose: after the wait for a lock only a new snapshot
-- sees the positions that go with the row.
create or replace function sync.detect_@name@(p_ids uuid[], p_base_versions bigint[], p_data jsonb[], p_bases jsonb[],
  out o_rows @table@[], out o_positions bigint[], out o_is_clean boolean)
language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $detect$
declare
  v_organization uuid   := sync.caller_organization();
  v_scopes       uuid[] := sync.caller_scopes();
  v_audiences    text[] := sync.caller_audiences();
  v_writes       text[] := coalesce((select rt.changes from sync.role_tables rt where rt.role = sync.caller_role() and rt.table_name = @literal@), '{}');
  v_stored       @table@[];
begin
  v_stored := array(
    select t from @table@ t where t.id = any (p_ids) and t.organization_id = v_organization order by t.id for no key update);

  select array_agg(jsonb_populate_record(t, s.data)), array_agg(r.position),
         coalesce(bool_and(
           -- a version this record has not reached is of another history: only values tell then
           r.position is not null and r.gone is null and s.base_version <= r.position
           and r.scope_id = any (v_scopes) and r.audience && v_audiences
           and s.data - v_writes = '{}'
           and (r.position <= s.base_version
                or not exists (select from jsonb_object_keys(s.data) k where r.field_positions[array_position(@fields@, k)] > s.base_version)
                   @groups@)
           and (s.base is null or jsonb_populate_record(t, s.base) is not distinct from t)), false)
    into o_rows, o_positions, o_is_clean
    from unnest(p_ids, p_base_versions, p_data, p_bases) as s(id, base_version, data, base)
    left join unnest(v_stored) t on t.id = s.id
    left join sync.records r on r.record_id = t.id and r.table_id = @table_id@ and r.scope_id = t.@scope@;
  -- of rows that are not all theirs, nothing
  if not o_is_clean then
    o_rows := null;
    o_positions := null;
  end if;
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
               'movedBy', (select jsonb_object_agg(f.field, jsonb_build_object('userId', h.user_id, 'role', h.role, 'deviceId', h.device_id, 'at', h.at))
                             from sync.fields f
                             join sync.history h on h.record_id = r.record_id and h.table_id = @table_id@ and h.position = r.field_positions[f.slot]
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
alter function sync.detect_@name@(uuid[], bigint[], jsonb[], jsonb[]) owner to wedsync_engine;
alter function sync.stored_@name@(uuid[]) owner to wedsync_engine;
grant execute on function sync.lock_@name@(uuid, uuid[], boolean), sync.stored_@name@(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;
grant execute on function sync.detect_@name@(uuid[], bigint[], jsonb[], jsonb[])
  to app_owner, app_planner, app_assistant;
$sql$;
  execute replace(replace(replace(replace(replace(replace(replace(replace(v_sql, '@name@', v_table.name), '@table@', p_table::text),
    '@literal@', quote_literal(v_table.name)), '@fields@', quote_literal(v_fields) || '::text[]'),
    '@scope@', quote_ident(v_table.scope_column)), '@table_id@', v_table.table_id::text), '@whole@', v_whole), '@groups@', coalesce(v_groups, ''));

  foreach v_role in array array['owner', 'planner', 'assistant'] loop
    select string_agg(format('%1$I = n.%1$I', w), ', ' order by w) into v_set
      from sync.role_tables rt, unnest(rt.changes) w where rt.role = v_role and rt.table_name = v_table.name;
    execute format($sql$
-- Written by sync.build_batch_functions. A group's updates as app_%2$s, whose policies and column rights hold: security
-- invoker. Null, and nothing written, where it is not clean; else how many rows. The ledger comes first: from the first row
-- on the clock is held, and everybody else waits.
create or replace function sync.update_%1$s_%2$s(p_group sync.change_group, p_device_id uuid, p_batch_id uuid)
returns integer language plpgsql volatile
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $write$
declare
  v_rows      %3$s[];
  v_positions bigint[];
  v_is_clean  boolean;
  v_written   integer;
begin
  select d.o_rows, d.o_positions, d.o_is_clean into v_rows, v_positions, v_is_clean
    from sync.detect_%1$s(p_group.ids, p_group.base_versions, p_group.data, p_group.bases) d;
  if not v_is_clean then
    return null;
  end if;
  perform sync.record_changes(p_group, p_device_id, p_batch_id, v_positions);
  %4$s
  get diagnostics v_written = row_count;
  return v_written;
end $write$;
grant execute on function sync.update_%1$s_%2$s(sync.change_group, uuid, uuid) to app_%2$s;
$sql$, v_table.name, v_role, p_table,
      case when v_set is null then format('raise exception ''%s may not write here'' using errcode = ''42501'';', v_role)
           else format('update %s t set %s from unnest(v_rows) n where t.id = n.id;', p_table, v_set) end);
  end loop;
end $build$;

-- ---- build_capture.sql
-- sync.build_capture: writes a table's capture functions and attaches them: static SQL, every column by name.
-- Keeps   order: rows first, the clock last; positions rise in commit order, because the clock stays locked until commit
-- Keeps   P4, P9: every row that moves leaves its values in history and a mark beside its position, whoever wrote it
-- Raises  SY010 an organization that takes no changes; SY011 a record that changes its id or organization
-- Called  sync.track
create or replace function sync.build_capture(p_table regclass)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $build$
declare
  v_table   sync.tables;
  v_moved   text;
  v_before  text;
  v_after   text;
  v_slots   text;
  v_whole   text;
  v_count   integer;
  v_sql     text;
  v_head    text := $sql$
-- Written by sync.build_capture.
create or replace function sync.@function@()
returns trigger language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $capture$
declare
  v_user       uuid   := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
  v_role       text   := nullif(current_setting('role', true), 'none');
  v_device     uuid   := nullif(current_setting('sync.device_id', true), '');
  v_record_ids uuid[] := nullif(current_setting('sync.record_ids', true), '');
  v_change_ids uuid[] := nullif(current_setting('sync.change_ids', true), '');
begin
$sql$;
  v_ticked  text := $sql$ticked as (
    update sync.clock c set head = c.head + m.moves
      from (select organization_id, count(*) as moves from moved group by organization_id) m
     where c.organization_id = m.organization_id and c.closed_at is null
    returning c.organization_id, c.head, c.head - m.moves as head_before
  ), placed as materialized (
    select m.*, t.head_before + m.nth as position from moved m join ticked t on t.organization_id = m.organization_id
  ), marked as (
    insert into sync.marks (organization_id, position) select t.organization_id, t.head from ticked t
  )$sql$;
  v_told    text := $sql$
  insert into sync.history (organization_id, position, scope_id, table_id, record_id, action, before, after, user_id, role, device_id, change_id)
  select p.organization_id, p.position, p.scope_id, @table_id@, p.id, '@action@', p.before, p.after, v_user, v_role, v_device, w.change_id
    from placed p left join unnest(v_record_ids, v_change_ids) w (record_id, change_id) on w.record_id = p.id
  returning change_id, position$sql$;
  v_led     text := $sql$string_agg('["' || t.change_id || '",' || t.position || ',true]', ',')$sql$;
  -- a line for the batch that is being written: which change led where (see sync.settle_batch)
  v_tail    text := $sql$
  if v_told <> v_all then
    raise exception 'an organization takes no changes' using errcode = 'SY010';
  end if;
  if v_change_ids is not null then
    perform set_config('sync.led', concat(current_setting('sync.led', true), v_led, E'\n'), true);
  end if;
  return null;
end $capture$;
alter function sync.@function@() owner to wedsync_engine;
$sql$;
begin
  select t.* into strict v_table from sync.tables t join pg_class c on c.relname = t.name where c.oid = p_table;

  select string_agg(format('case when n.%1$I is distinct from o.%1$I then %2$s::bigint else 0 end', f.field, 1::bigint << (f.slot - 1)), E'\n             | ' order by f.slot),
         string_agg(format('case when n.%1$I is distinct from o.%1$I then %2$L || coalesce(to_json(%3$s)::text, ''null'') end', f.field, to_json(f.field) || ':',
                           sync.wire_expression(format('o.%I', f.field), a.atttypid)), E',\n             ' order by f.slot),
         string_agg(format('case when n.%1$I is distinct from o.%1$I then %2$L || coalesce(to_json(%3$s)::text, ''null'') end', f.field, to_json(f.field) || ':',
                           sync.wire_expression(format('n.%I', f.field), a.atttypid)), E',\n             ' order by f.slot),
         string_agg(format('%L, %s', f.field, sync.wire_expression(format('@.%I', f.field), a.atttypid)), ', ' order by f.slot),
         max(f.slot)
    into v_moved, v_before, v_after, v_whole, v_count
    from sync.fields f join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;
  -- every slot there ever was: a dropped column leaves its place
  select string_agg(case when a.attnum is null then format('r.field_positions[%s]', f.slot)
                         else format('case when p.moved & %2$s <> 0 then p.position else r.field_positions[%1$s] end', f.slot, 1::bigint << (f.slot - 1)) end,
                    E',\n             ' order by f.slot)
    into v_slots
    from sync.fields f left join pg_attribute a on a.attrelid = p_table and a.attname = f.field and not a.attisdropped
   where f.table_id = v_table.table_id;

  -- updates: the row's fields that moved get the new position; who sees it, and a move to another scope, only where that changed.
  -- Three statements: what moved is worked out before the clock is taken, the clock is taken by one small statement (a large
  -- one that had to wait for it would be set up a second time), and what is left is done while the whole organization waits.
  v_sql := replace(v_head, E'begin\n', E'  v_rows sync.moved_row[]; v_organizations uuid[]; v_heads bigint[]; v_all bigint; v_told bigint; v_led text;'
                                        || E' v_keeps boolean; v_moves boolean; v_turns boolean;\nbegin\n') || $sql$
  select array_agg(row(m.organization_id, m.scope_id, m.scope_before, m.id, m.moved, m.before, m.after, m.nth)::sync.moved_row), count(*),
         bool_and(m.keeps), bool_or(m.scope_id <> m.scope_before), bool_or(m.turns)
    into v_rows, v_all, v_keeps, v_moves, v_turns
    from (
      select s.*, row_number() over (partition by s.organization_id order by s.id) as nth
        from (
          select n.organization_id, n.@scope@ as scope_id, o.@scope@ as scope_before, n.id,
                 o.organization_id is not distinct from n.organization_id as keeps,
                 @audience_n@ is distinct from @audience_o@ as turns,
                 @moved@ as moved,
                 ('{' || concat_ws(',',
             @before@) || '}')::jsonb as before,
                 ('{' || concat_ws(',',
             @after@) || '}')::jsonb as after
            from new_rows n left join old_rows o on o.id = n.id
          offset 0) s
       where s.moved <> 0 or not s.keeps) m;
  if v_all = 0 then
    return null;
  end if;
  if not v_keeps then
    raise exception 'id and organization of a record never change' using errcode = 'SY011';
  end if;

  with ticked as (
    update sync.clock c set head = c.head + m.moves
      from (select r.organization_id, count(*) as moves from unnest(v_rows) r group by 1 order by 1) m
     where c.organization_id = m.organization_id and c.closed_at is null
    returning c.organization_id, c.head, c.head - m.moves as head_before
  ), marked as (
    insert into sync.marks (organization_id, position) select t.organization_id, t.head from ticked t
  )
  select array_agg(t.organization_id), array_agg(t.head_before) into v_organizations, v_heads from ticked t;

  with placed as materialized (
    select r.*, h.head_before + r.nth as position
      from unnest(v_rows) r join unnest(v_organizations, v_heads) h (organization_id, head_before) on h.organization_id = r.organization_id
  ), stamped as (
    update sync.records r
       set position = p.position, changed_at = now(),
           field_positions = array[
             @slots@]
      from placed p
     where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_before
  ), told as (@told@)
  select count(*), @led@ into v_told, v_led from told t;

  if v_moves then
    insert into sync.records as r (organization_id, scope_id, table_id, record_id, position, field_positions, audience, audience_since)
    select r.organization_id, n.@scope@, r.table_id, r.record_id, r.position, r.field_positions,
           @audience_n@, array_fill(r.position, array[cardinality(@audience_n@)])
      from new_rows n join old_rows o on o.id = n.id
      join sync.records r on r.record_id = n.id and r.table_id = @table_id@ and r.scope_id = o.@scope@
     where n.@scope@ <> o.@scope@
    on conflict on constraint records_pkey do update
       set position = excluded.position, field_positions = excluded.field_positions, gone = null, changed_at = now(),
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             excluded.audience, excluded.position) s);
    update sync.records r
       set gone = 'remove',
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             '{}', r.position) s)
      from new_rows n join old_rows o on o.id = n.id
     where n.@scope@ <> o.@scope@ and r.record_id = n.id and r.table_id = @table_id@ and r.scope_id = o.@scope@;
  end if;

  if v_turns then
    update sync.records r
       set (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             @audience_n@, r.position) s)
      from new_rows n
     where r.record_id = n.id and r.table_id = @table_id@ and r.scope_id = n.@scope@ and r.audience is distinct from @audience_n@;
  end if;
$sql$ || v_tail;
  v_sql := replace(replace(replace(v_sql, '@led@', v_led), '@told@', replace(v_told, '@action@', 'update')), '@function@', 'capture_' || v_table.name || '_update');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- inserts: a row that was deleted before takes up its old record
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_led text;\nbegin\n') || $sql$
  select count(*) into v_all from new_rows;

  with moved as materialized (
    select n.organization_id, n.@scope@ as scope_id, n.id, @audience_n@ as audience,
           row_number() over (partition by n.organization_id order by n.id) as nth,
           null::jsonb as before, jsonb_build_object(@whole_n@) as after
      from new_rows n
  ), @ticked@, stamped as (
    insert into sync.records as r (organization_id, scope_id, table_id, record_id, position, field_positions, audience, audience_since)
    select p.organization_id, p.scope_id, @table_id@, p.id, p.position, array_fill(p.position, array[@count@]),
           p.audience, array_fill(p.position, array[cardinality(p.audience)])
      from placed p
    on conflict on constraint records_pkey do update
       set position = excluded.position, field_positions = excluded.field_positions, gone = null, changed_at = now(),
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             excluded.audience, excluded.position) s)
  ), told as (@told@)
  select count(*), @led@ into v_told, v_led from told t;
$sql$ || v_tail;
  v_sql := replace(replace(replace(v_sql, '@led@', v_led), '@told@', replace(v_told, '@action@', 'create')), '@function@', 'capture_' || v_table.name || '_insert');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  -- deletes: a tombstone each, and the last values in history
  v_sql := replace(v_head, E'begin\n', E'  v_all bigint; v_told bigint; v_led text;\nbegin\n') || $sql$
  select count(*) into v_all from old_rows;

  with moved as materialized (
    select o.organization_id, o.@scope@ as scope_id, o.id,
           row_number() over (partition by o.organization_id order by o.id) as nth,
           jsonb_build_object(@whole_o@) as before, null::jsonb as after
      from old_rows o
  ), @ticked@, stamped as (
    update sync.records r
       set position = p.position, gone = 'delete', changed_at = now(),
           (audience, audience_since, lost_audience, lost_since, lost_positions) = (
             select s.* from sync.next_sight(row(r.audience, r.audience_since, r.lost_audience, r.lost_since, r.lost_positions)::sync.sight,
                                             '{}', p.position) s)
      from placed p
     where r.record_id = p.id and r.table_id = @table_id@ and r.scope_id = p.scope_id
  ), told as (@told@)
  select count(*), @led@ into v_told, v_led from told t;
$sql$ || v_tail;
  v_sql := replace(replace(replace(v_sql, '@led@', v_led), '@told@', replace(v_told, '@action@', 'delete')), '@function@', 'capture_' || v_table.name || '_delete');
  perform sync.build_function(v_sql, p_table, v_table, v_ticked, v_moved, v_before, v_after, v_slots, v_count, v_whole);

  execute format('create or replace trigger sync_insert after insert on %s referencing new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_insert');
  execute format('create or replace trigger sync_update after update on %s referencing old table as old_rows new table as new_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_update');
  execute format('create or replace trigger sync_delete after delete on %s referencing old table as old_rows for each statement execute function sync.%I()', p_table, 'capture_' || v_table.name || '_delete');
  execute format('create or replace trigger sync_truncate before truncate on %s for each statement execute function sync.refuse_truncate()', p_table);
end $build$;

-- ---- caller.sql
-- sync.caller: the caller with everything that follows from who they are, but only while the database role is the one their
-- membership gives them; no row for a stranger.
-- Keeps   P7: claims of one person under the role of another see nothing
-- Called  every sync.caller_… where nothing is remembered
create or replace function sync.caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query select c.* from sync.describe_caller() c where current_setting('role') = 'app_' || c.role;
end $$;
alter function sync.caller() owner to wedsync_engine;
grant execute on function sync.caller()
  to app_nobody, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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
-- What Supabase hands to the roles of its API by default goes with it, on tables too.
-- Called  every migration that makes functions, at its end
create or replace function sync.close_functions()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_function regprocedure;
  v_nobody   text := sync.api_roles();
begin
  for v_function in
    select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'sync'::regnamespace
        or p.pronamespace = 'public'::regnamespace and p.proname in ('process_sync_batch', 'write_sync_decisions', 'detect_sync_conflicts', 'get_user_sync_status', 'assign_creator', 'resolve_sync_conflict')
  loop
    execute format('revoke execute on function %s from public, %s', v_function, v_nobody);
  end loop;
  perform sync.close_tables();
end $$;

-- ---- close_tables.sql
-- sync.close_tables: takes every right to our tables, and to their sequences, from the roles of Supabase's API: there, what is
-- made in `public` is handed to them by default. Other tables in `public` are none of our business.
-- Called  sync.close_functions
create or replace function sync.close_tables()
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_table  regclass;
  v_nobody text := sync.api_roles();
begin
  for v_table in
    select c.oid::regclass from pg_class c
      left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
      left join pg_class t on t.oid = d.refobjid
     where c.relkind in ('r', 'p', 'S')
       and (c.relnamespace = 'sync'::regnamespace
            or c.relnamespace = 'public'::regnamespace
               and (coalesce(t.relname, c.relname) in (select s.name from sync.tables s)
                    or coalesce(t.relname, c.relname) in ('organizations', 'offline_sync_queue', 'offline_sync_status', 'sync_conflict_log', 'sync_performance_metrics')))
  loop
    execute format('revoke all on %s from public, %s', v_table, v_nobody);
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
       -- who stood on the other side is said below, where the reader may know them
       select jsonb_agg(e - 'serverBy') as fields,
              bool_or(p_entry.after -> (e ->> 'field') = e -> 'server'
                      -- the newest entry that wrote this value
                      and not exists (select from sync.history n
                                       where n.record_id = p_entry.record_id and n.table_id = p_entry.table_id and n.position > p_entry.position
                                         and n.after -> (e ->> 'field') = e -> 'server')) as is_met
         from jsonb_array_elements(c.fields) e
        -- a group's conflict holds fields of other records, too
        where e ->> 'field' = any (p_fields) and coalesce(e ->> 'id', p_entry.record_id::text) = p_entry.record_id::text) f
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
  -- a conflict has no history, and always comes whole
  select coalesce(min(case when to_regclass(format('public.%I', t.name)) is null then r.position
                           else sync.first_moved(r.record_id, r.table_id, v_until) end) - 1, (select o.head from sync.read_order() o)) into v_read
    from sync.records r join sync.tables t on t.table_id = r.table_id
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
           'kind', l.kind, 'status', l.status, 'version', l.version, 'fields', sync.fields_in_place(l),
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

-- ---- describe_caller.sql
-- sync.describe_caller: who the claims name, in the organization the claims name, with everything that follows from who they
-- are, whatever the database role is just now; no row for a stranger.
-- Called  sync.remember_caller, and sync.caller, which asks for the role as well
create or replace function sync.describe_caller()
returns table (organization_id uuid, user_id uuid, person_id uuid, role text, scopes uuid[], audiences text[], self text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  -- read once, not once a row
  v_claims       jsonb := nullif(current_setting('request.jwt.claims', true), '');
  v_user         uuid  := v_claims ->> 'sub';
  v_organization uuid  := v_claims #>> '{app_metadata,organization_id}';
  v_me           record;
  v_scopes       uuid[];
  v_self         text[] := '{}';
begin
  select m.organization_id, m.user_id, m.person_id, m.role into v_me
    from public.memberships m where m.user_id = v_user and m.organization_id = v_organization;
  if not found then
    return;
  end if;
  if v_me.role = 'owner' then
    v_scopes := array(select w.id from public.clients w where w.organization_id = v_me.organization_id);
  elsif v_me.role = 'vendor' then
    select coalesce(array_agg(distinct v.client_id), '{}'), coalesce(array_agg('vendor:' || v.id::text), '{}') into v_scopes, v_self
      from public.vendor_contacts v where v.organization_id = v_me.organization_id and v.person_id = v_me.person_id;
  else
    v_scopes := array(select a.client_id from public.assignments a
                       where a.organization_id = v_me.organization_id and a.person_id = v_me.person_id);
  end if;
  organization_id := v_me.organization_id;
  user_id := v_me.user_id;
  person_id := v_me.person_id;
  role := v_me.role;
  scopes := v_me.organization_id || v_scopes;
  audiences := array[v_me.role, 'person:' || v_me.person_id::text]
               || case when v_me.role in ('owner', 'planner', 'assistant') then array['team'] end || v_self;
  self := v_self;
  return next;
end $$;
alter function sync.describe_caller() owner to wedsync_engine;

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

-- ---- end_session.sql
-- sync.end_session: from now on this session is nobody's; says whether it was somebody's.
-- Called  auth/sessions
create or replace function sync.end_session(p_session_hash bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update sync.sessions s set ended_at = now()
   where s.session_hash = p_session_hash and s.ended_at is null and s.expires_at > now();
  return found;
end $$;
alter function sync.end_session(bytea) owner to wedsync_engine;
grant execute on function sync.end_session(bytea) to wedsync_server;

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
                          else f.field - array['base', 'server', 'serverBy', 'resolved', 'proposed', 'choice', 'reason', case when p_log.user_id = sync.caller_user() then '' else 'client' end] || '{"reason": "This is not yours to read."}' end
                     order by f.nth)
      from jsonb_array_elements(p_log.fields) with ordinality f (field, nth)
     cross join lateral (select coalesce(f.field ->> 'table', p_log.table_name) as table_name, coalesce((f.field ->> 'id')::uuid, p_log.record_id) as record_id) w
     cross join lateral (
       select sync.sees_record(w.table_name, w.record_id)
              and exists (select from sync.field_rights r
                           where r.table_name = w.table_name and r.field = f.field ->> 'field' and r.role = sync.caller_role() and r.can_read) as may) s);
end $$;
alter function sync.fields_in_place(public.sync_conflict_log) owner to wedsync_engine;

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

-- ---- find_session.sql
-- sync.find_session: whose session this is, now; null for one that is unknown, ended or over.
-- `role` and `name` are for showing, and null for who is no member any more: rights are looked up by each transaction itself.
-- Called  auth/sessions, by every request with a cookie, and sync.open_session
create or replace function sync.find_session(p_session_hash bytea)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (
    select jsonb_build_object('userId', s.user_id, 'organizationId', s.organization_id, 'csrfHash', encode(s.csrf_hash, 'hex'),
                              'expiresAt', s.expires_at, 'role', m.role, 'name', p.name)
      from sync.sessions s
      left join public.memberships m on m.organization_id = s.organization_id and m.user_id = s.user_id
      left join public.people p on p.organization_id = m.organization_id and p.id = m.person_id
     where s.session_hash = p_session_hash and s.ended_at is null and s.expires_at > now()
  );
end $$;
alter function sync.find_session(bytea) owner to wedsync_engine;
grant execute on function sync.find_session(bytea) to wedsync_server;

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

-- ---- get_user_sync_status.sql
-- get_user_sync_status: how it stands with one person's devices, changes and conflicts over the last hours.
-- Answers null for anybody who is neither that person nor an owner of their organization.
-- An owner's look at somebody else is entered in the security log by the same statement: no look without its entry.
-- Keeps   P10: what is not known is null, never zero
-- Called  ops/read-status
create or replace function public.get_user_sync_status(p_user_id uuid, p_hours integer)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_org   uuid;
  v_user  uuid;
  v_head  bigint;
  v_since timestamptz := now() - make_interval(hours => p_hours);
  v_queue jsonb;
  v_conflicts jsonb;
  v_performance jsonb;
  v_devices jsonb;
  v_last  record;
begin
  select c.organization_id, c.user_id into v_org, v_user from sync.caller() c
   where c.user_id = p_user_id
      or c.role = 'owner' and exists (select from public.memberships m where m.organization_id = c.organization_id and m.user_id = p_user_id);
  if v_org is null then
    return null;
  end if;
  if v_user <> p_user_id then
    insert into sync.security_log (organization_id, user_id, event, subject_id) values (v_org, v_user, 'status_read', p_user_id);
  end if;
  select c.head into v_head from sync.clock c where c.organization_id = v_org;

  select jsonb_build_object(
           'totalItems', count(*), 'pendingItems', count(*) filter (where q.status = 'pending'),
           'processingItems', count(*) filter (where q.status = 'processing'), 'failedItems', count(*) filter (where q.status = 'failed'),
           'conflictItems', count(*) filter (where q.status = 'conflict'), 'completedItems', count(*) filter (where q.status = 'completed'),
           'oldestPendingItem', min(q.received_at) filter (where q.status in ('pending', 'processing')),
           'averageProcessingTime', round((avg(extract(epoch from q.settled_at - q.received_at)) * 1000)::numeric, 3)::double precision)
    into v_queue
    from public.offline_sync_queue q
   where q.organization_id = v_org and q.user_id = p_user_id and (q.received_at >= v_since or q.status <> 'completed');

  with mine as (
    select l.* from public.sync_conflict_log l
     where l.organization_id = v_org and l.user_id = p_user_id and (l.detected_at >= v_since or l.status = 'pending')
  )
  select jsonb_build_object(
           'active', count(*) filter (where m.status = 'pending'), 'resolved', count(*) filter (where m.status = 'resolved'),
           'awaitingManualResolution', count(*) filter (where m.status = 'pending'),
           'conflictsByTable', (select coalesce(jsonb_object_agg(t.table_name, t.n), '{}') from (select table_name, count(*) as n from mine group by 1) t),
           'conflictsBySeverity', (select coalesce(jsonb_object_agg(t.severity, t.n), '{}') from (select severity, count(*) as n from mine group by 1) t),
           'resolutionStrategies', (select coalesce(jsonb_object_agg(t.strategy, t.n), '{}')
                                      from (select resolution ->> 'strategy' as strategy, count(*) as n from mine
                                             where status = 'resolved' and resolution ? 'strategy' group by 1) t))
    into v_conflicts from mine m;

  select jsonb_build_object(
           'averageSyncTime', round(avg(m.duration_ms)::numeric, 3)::double precision,
           'p95SyncTime', round(percentile_cont(0.95) within group (order by m.duration_ms)::numeric, 3)::double precision,
           'throughputPerSecond', case when sum(m.duration_ms) > 0 then round((sum(m.items) / sum(m.duration_ms) * 1000)::numeric, 3)::double precision end,
           'successRate', case when sum(m.items) > 0 then round((1 - sum(m.errors)::numeric / sum(m.items)), 6)::double precision end,
           'errorRate', case when sum(m.items) > 0 then round((sum(m.errors)::numeric / sum(m.items)), 6)::double precision end,
           'recentSyncs', count(*))
    into v_performance
    from public.sync_performance_metrics m
   where m.organization_id = v_org and m.user_id = p_user_id and m.at >= v_since;

  select coalesce(jsonb_agg(jsonb_build_object(
           'deviceId', d.device_id, 'platform', d.platform, 'appVersion', d.app_version, 'lastSeen', d.last_sync_at,
           'behindBy', greatest(v_head - d.position, 0), 'waiting', d.waiting, 'oldestWaiting', d.oldest_waiting,
           'storagePersisted', d.storage_persisted, 'connectionQuality', d.connection_quality) order by d.last_sync_at desc), '[]')
    into v_devices
    from public.offline_sync_status d where d.organization_id = v_org and d.user_id = p_user_id;

  select max(d.last_sync_at) as last_sync_at, max(d.last_success_at) as last_success_at into v_last
    from public.offline_sync_status d where d.organization_id = v_org and d.user_id = p_user_id;

  return jsonb_build_object('head', v_head, 'queue', v_queue, 'conflicts', v_conflicts, 'performance', v_performance, 'devices', v_devices,
                            'lastSyncTime', v_last.last_sync_at, 'lastSuccessfulSync', v_last.last_success_at);
end $$;
alter function public.get_user_sync_status(uuid, integer) owner to wedsync_engine;
grant execute on function public.get_user_sync_status(uuid, integer)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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
            -- no field is called what the row is called here: a name of one letter would be the field's
            format('(select row_to_json("the row") from (select %s from %s t where t.id = n.record_id) "the row")', v.read_list, v.tracked));
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

-- ---- history_of.sql
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

-- ---- ids_in_sight.sql
-- sync.ids_in_sight: the records of one table and scope that the caller may see, by what the rows themselves say. The policies say
-- the same when the rows are read: each of the two holds without the other.
-- Keeps   P7
-- Called  sync.read_scope
create or replace function sync.ids_in_sight(p_table text, p_scope uuid)
returns uuid[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_ids uuid[];
begin
  if (p_scope = any (sync.caller_scopes())) is not true then
    return '{}';
  end if;
  execute (
    select format('select array_agg(t.id) from public.%I t where t.%I = $1 and t.organization_id = $2 and %s && $3', t.name, t.scope_column,
                  sync.audience_expression(format('public.%I', t.name)::regclass, 't'))
      from sync.tables t where t.name = p_table
  ) into v_ids using p_scope, sync.caller_organization(), sync.caller_audiences();
  return coalesce(v_ids, '{}');
end $$;
alter function sync.ids_in_sight(text, uuid) owner to wedsync_engine;
grant execute on function sync.ids_in_sight(text, uuid)
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- is_group_clean.sql
-- sync.is_group_clean: locks a group's records and says whether all of it can go in as it is.
-- Called  process_sync_batch
create or replace function sync.is_group_clean(p_group sync.change_group, p_role text)
returns boolean language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_clean boolean;
begin
  if p_group.action = 'update' then
    execute format('select d.o_is_clean from sync.%I($1, $2, $3, $4) d', 'detect_' || p_group.table_name) into v_clean
      using p_group.ids, p_group.base_versions, p_group.data, p_group.bases;
    return v_clean;
  end if;
  return exists (select from sync.role_tables rt
                  where rt.role = p_role and rt.table_name = p_group.table_name and rt.can_create and p_group.fields <@ rt.writes)
     -- a new record belongs to a wedding the caller holds
     and not exists (select from unnest(p_group.data) d where d ? 'client_id' and (d ->> 'client_id')::uuid = any (sync.caller_scopes()) is not true)
     and not exists (select from sync.known_ids(p_group.table_name, p_group.ids));
end $$;
grant execute on function sync.is_group_clean(sync.change_group, text) to app_owner, app_planner, app_assistant;

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

-- ---- load_records.sql
-- sync.load_records: puts whole records into a table, as whoever calls it; those that are there already stay as they are.
-- Called  apps/api/demo/load-demo, as the admin; nobody else may
create or replace function sync.load_records(p_table text, p_records jsonb)
returns integer language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_columns text := (
    select string_agg(format('%I', k), ', ')
      from jsonb_object_keys(p_records -> 0) k
      join pg_attribute a on a.attrelid = format('public.%I', p_table)::regclass and a.attname = k and a.attgenerated = '');
  v_loaded  integer;
begin
  if jsonb_array_length(p_records) = 0 then
    return 0;
  end if;
  execute format('insert into public.%1$I (%2$s) select %2$s from jsonb_populate_recordset(null::public.%1$I, $1) on conflict (id) do nothing',
                 p_table, v_columns) using p_records;
  get diagnostics v_loaded = row_count;
  return v_loaded;
end $$;

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
     where l.organization_id = sync.caller_organization() and l.conflict_id = v_update."conflictId" and l.status = 'pending'
       and sync.conflict_for(l) is not null;
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
-- Answers {known, role, person, self, scopes, leads, stored, parents, openConflicts, decided, again, rights}: the ledger's rows, who is asking,
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

  return jsonb_build_object('open', true, 'known', coalesce(sync.find_known(array(select jsonb_array_elements_text(p_batch -> 'changeIds'))::uuid[]), '{}'), 'role', p_role, 'person', sync.caller_person(), 'self', to_jsonb(sync.caller_self()), 'scopes', to_jsonb(sync.caller_scopes()), 'leads', to_jsonb(sync.caller_leads()),
                            'stored', v_stored, 'parents', v_parents, 'openConflicts', sync.open_conflicts(v_locks, coalesce((v_again -> 0 ->> 'userId')::uuid, sync.caller_user())),
                            'decided', sync.decided_conflicts(v_decides), 'again', v_again,
                            'rights', (select jsonb_object_agg(rt.table_name, jsonb_build_object(
                                                'writes', to_jsonb(rt.writes), 'changes', to_jsonb(rt.changes), 'canCreate', rt.can_create, 'canDelete', rt.can_delete))
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
                                               'kind', f.kind, 'version', f.version, 'fields', sync.fields_in_place(f))), '[]')
    into v_found from found f where f.user_id = sync.caller_user() or sync.conflict_for(f) is not null;
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

-- ---- open_session.sql
-- sync.open_session: a session for the person of these claims; null for somebody who is no member.
-- Cleans up what nobody can use any more, a little at a time, and ends the person's oldest beyond twenty.
-- Called  auth/sessions
create or replace function sync.open_session(p_claims text, p_session_hash bytea, p_csrf_hash bytea, p_expires_at timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_caller record;
begin
  perform set_config('request.jwt.claims', p_claims, true);
  select * into v_caller from sync.describe_caller();
  if not found then
    return null;
  end if;

  delete from sync.sessions s where s.session_hash in (
    select o.session_hash from sync.sessions o where o.expires_at < now() - interval '1 day' order by o.expires_at limit 100 for update skip locked);
  insert into sync.sessions (session_hash, organization_id, user_id, csrf_hash, expires_at)
  values (p_session_hash, v_caller.organization_id, v_caller.user_id, p_csrf_hash, p_expires_at);
  update sync.sessions s set ended_at = now() where s.session_hash in (
    select o.session_hash from sync.sessions o
     where o.organization_id = v_caller.organization_id and o.user_id = v_caller.user_id and o.ended_at is null and o.expires_at > now()
     order by o.created_at desc offset 20);
  return sync.find_session(p_session_hash);
end $$;
alter function sync.open_session(text, bytea, bytea, timestamptz) owner to wedsync_engine;
grant execute on function sync.open_session(text, bytea, bytea, timestamptz) to wedsync_server;

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

-- ---- process_sync_batch.sql
-- process_sync_batch: one batch of one device, in one call.
-- A plain batch (creates and updates, each of another record) of which nothing is contested is written whole:
-- {settled: [[changeId, version, hasMoved]], order}. Otherwise nothing is written: {open: true} at a first glance, and, where the
-- caller holds a transaction open, the records of the batch locked and everything a decision needs.
-- A plain batch does not ask the ledger: one that was sent before is no longer clean, or ends at the ledger's key, and is
-- then looked up.
-- Keeps   P1, P4, P9; lock order: device, records by table and id, then the first write, which takes the clock
-- Called  push/receive-batch
create or replace function public.process_sync_batch(p_batch jsonb)
returns jsonb language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_started timestamptz := clock_timestamp();
  v_device  uuid := p_batch ->> 'deviceId';
  v_role    text := sync.caller_role();
  v_fault   text := sync.cursor_fault(p_batch -> 'cursor');
  v_groups  sync.change_group[];
  v_group   sync.change_group;
  v_settled jsonb;
begin
  if v_fault is not null then
    return jsonb_build_object('reset', v_fault);
  end if;
  perform sync.claim_batch(v_device, p_batch ->> 'sessionId', p_batch -> 'device');
  if not (p_batch ->> 'isPlain')::boolean then
    return sync.open_batch(p_batch, v_role);
  end if;
  if v_role not in ('owner', 'planner', 'assistant') then
    return '{"open": true}';
  end if;

  v_groups := sync.read_groups(p_batch -> 'groups');
  -- everything is locked and looked at before anything is written; one group is looked at as it is written
  if cardinality(v_groups) > 1 then
    foreach v_group in array v_groups loop
      if not sync.is_group_clean(v_group, v_role) then
        return '{"open": true}';
      end if;
    end loop;
  end if;

  perform set_config('sync.device_id', v_device::text, true);
  foreach v_group in array v_groups loop
    if not sync.write_group(v_group, v_role, v_device, (p_batch ->> 'batchId')::uuid) then
      -- nothing of a batch may stay behind without its receipts
      if cardinality(v_groups) > 1 then
        raise exception 'a record was made meanwhile' using errcode = '40001';
      end if;
      return '{"open": true}';
    end if;
  end loop;

  v_settled := sync.settle_batch(v_groups);
  perform sync.record_batch(v_device, p_batch ->> 'sessionId', jsonb_array_length(v_settled), 0, 0, v_started);
  -- where this leaves the organization: who asked for receipts only needs no second question for their cursor
  return jsonb_build_object('settled', v_settled, 'order', (select to_jsonb(o) from sync.read_order() o));
end $$;
grant execute on function public.process_sync_batch(jsonb)
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
   where rt.role = v_role and rt.table_name = p_table and cardinality(rt.slots) > 0
     -- a conflict is told by its own route
     and to_regclass(format('public.%I', t.name)) is not null;
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

-- ---- read_positions.sql
-- sync.read_positions: where records of the caller's organization stand now, after this transaction wrote them.
-- Called  process_sync_batch, sync.write_rows
create or replace function sync.read_positions(p_table text, p_ids uuid[])
returns table (record_id uuid, record_position bigint, scope_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
  return query
    select distinct on (r.record_id) r.record_id, r.position, r.scope_id
      from sync.tables t
      join sync.records r on r.table_id = t.table_id and r.record_id = any (p_ids)
     where t.name = p_table and r.organization_id = sync.caller_organization() and r.scope_id = any (sync.caller_scopes())
     order by r.record_id, r.position desc, r.gone nulls first;
end $$;
alter function sync.read_positions(text, uuid[]) owner to wedsync_engine;
grant execute on function sync.read_positions(text, uuid[])
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

-- ---- read_scope.sql
-- sync.read_scope: every record of one scope as the caller's own select gives it, and where that stands in the order; null
-- for a scope that is not theirs. It asks the tables, not the feed's own record of them: what the feed sent is held
-- against it.
-- Answers {position, since, tables: {name: [{id, data}]}}
-- Keeps   P5, P7: rows the caller may see, by what the rows say, read as the caller's role, under its policies and column rights
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
    execute format('select json_agg(json_build_object(''id'', n.record_id, ''data'', %s)) from (select id as record_id from public.%I where %I = $1 and id = any ($2)) n',
                   v_table.row_query, v_table.table_name, v_table.scope_column)
      into v_rows using p_scope, sync.ids_in_sight(v_table.table_name, p_scope);
    if v_rows is not null then
      v_tables := v_tables || format('%s:%s', to_json(v_table.table_name), v_rows);
    end if;
  end loop;
  return format('{"position":%s,"since":%s,"tables":{%s}}', (select o.head from sync.read_order() o), sync.last_moved(p_scope), array_to_string(v_tables, ','));
end $$;
grant execute on function sync.read_scope(uuid)
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

-- ---- readable_tables.sql
-- sync.readable_tables: the tables the caller's role reads, with the column that names a row's scope and the query of one row.
-- What waits for a person is a record of the feed and no table: it is put into words for its reader each time.
-- Called  sync.read_scope
create or replace function sync.readable_tables()
returns table (table_name text, scope_column text, row_query text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
  return query
    select t.name, t.scope_column, rt.row_query
      from sync.role_tables rt join sync.tables t on t.name = rt.table_name
     where rt.role = sync.caller_role() and cardinality(rt.slots) > 0 and to_regclass(format('public.%I', t.name)) is not null
     order by t.name;
end $$;
alter function sync.readable_tables() owner to wedsync_engine;
grant execute on function sync.readable_tables()
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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

-- ---- record_security.sql
-- sync.record_security: appends what the server saw happen; there is no function that reads, alters or removes an entry.
-- Called  ops/security-log, a few times a minute, with a bounded number of entries
create or replace function sync.record_security(p_entries jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into sync.security_log (at, organization_id, user_id, event, code, times, request_id)
  select e.at, e."organizationId", e."userId", e.event, e.code, e.times, e."requestId"
    from jsonb_to_recordset(p_entries) as e (at timestamptz, "organizationId" uuid, "userId" uuid, event text, code text, times integer, "requestId" text);
end $$;
alter function sync.record_security(jsonb) owner to wedsync_engine;
grant execute on function sync.record_security(jsonb) to wedsync_server;

-- ---- records_of_conflicts.sql
-- sync.records_of_conflicts: the records that deciding some open conflicts may write, as the locks of a batch: those in
-- dispute and those of the changes that wait behind them.
-- Keeps   P7: of conflicts that are none of the caller's business, nothing
-- Called  sync.open_batch, before it locks
create or replace function sync.records_of_conflicts(p_conflict_ids uuid[])
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (
    with own as materialized (
      select l.conflict_id from public.sync_conflict_log l
       where l.organization_id = sync.caller_organization() and l.conflict_id = any (p_conflict_ids) and sync.conflict_for(l) is not null
    )
    select coalesce(jsonb_agg(jsonb_build_object('table', t.table_name, 'ids', t.ids, 'toDelete', t.to_delete)), '[]')
      from (select k.table_name, jsonb_agg(distinct k.record_id) as ids, bool_or(k.to_delete) as to_delete
              from (select c.table_name, c.record_id, false as to_delete
                      from sync.contested_records c
                     where c.organization_id = sync.caller_organization() and c.conflict_id in (select o.conflict_id from own o)
                    union
                    select q.table_name, q.record_id, q.action = 'delete'
                      from sync.waiting_changes w
                      join public.offline_sync_queue q on q.organization_id = w.organization_id and q.change_id = w.change_id
                     where w.organization_id = sync.caller_organization() and w.conflict_id in (select o.conflict_id from own o) and q.record_id is not null) k
             group by k.table_name) t);
end $$;
alter function sync.records_of_conflicts(uuid[]) owner to wedsync_engine;
grant execute on function sync.records_of_conflicts(uuid[])
  to app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

-- ---- remember_caller.sql
-- sync.remember_caller: keeps, for the rest of the transaction, what follows from who the caller is: policies ask many times.
-- Answers their role, null for a stranger.
-- Bound to the claims and to the role their membership gives them; under any others it counts for nothing. Whoever could set
-- it could set the claims themselves, so it opens no door that was closed.
-- Called  sync.assume_caller; assign_creator, when the answer changed
create or replace function sync.remember_caller()
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me record;
begin
  select * into v_me from sync.describe_caller();
  if not found then
    return null;
  end if;
  perform set_config('sync.caller_is', concat('app_', v_me.role, current_setting('request.jwt.claims', true)), true),
          set_config('sync.caller_organization', v_me.organization_id::text, true), set_config('sync.caller_user', v_me.user_id::text, true),
          set_config('sync.caller_person', v_me.person_id::text, true), set_config('sync.caller_role', v_me.role, true),
          set_config('sync.caller_scopes', v_me.scopes::text, true), set_config('sync.caller_audiences', v_me.audiences::text, true),
          set_config('sync.caller_self', v_me.self::text, true);
  return v_me.role;
end $$;
alter function sync.remember_caller() owner to wedsync_engine;
grant execute on function sync.remember_caller() to wedsync_server, app_owner, app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer;

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
       -- whoever had lost sight of it before it was deleted, or holds a wedding it left, sees it no more
       and case when r.gone is null then r.audience && sync.caller_audiences()
                else r.gone = 'delete' and exists (select from unnest(r.lost_audience, r.lost_positions) l (name, lost)
                                                    where l.lost = r.position and l.name = any (sync.caller_audiences())) end);
end $$;
alter function sync.sees_record(text, uuid) owner to wedsync_engine;

-- ---- settle_batch.sql
-- sync.settle_batch: what a plain batch's changes led to: [[changeId, version, hasMoved]], after its rows were written.
-- Nearly always every row moved, and the capture left a line for each group that says where to; else records are asked.
-- Keeps   P3: every change has its answer, or nothing is committed
-- Called  process_sync_batch
create or replace function sync.settle_batch(p_groups sync.change_group[])
returns jsonb language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_lines   text[]  := string_to_array(rtrim(current_setting('sync.led', true), E'\n'), E'\n');
  v_settled jsonb;
  v_count   bigint  := (select sum(cardinality(g.ids)) from unnest(p_groups) g);
  v_me      xid     := pg_current_xact_id()::xid;
begin
  -- a line is one statement, which moves a record once: as many lines as groups, and as many rows as changes, are all of them
  if cardinality(v_lines) = cardinality(p_groups) and '' <> all (v_lines) then
    v_settled := ('[' || array_to_string(v_lines, ',') || ']')::jsonb;
    if jsonb_array_length(v_settled) = v_count then
      return v_settled;
    end if;
  end if;

  select jsonb_agg(jsonb_build_array(s.change_id, r.position, r.xmin = v_me)) into v_settled
    from unnest(p_groups) g
    join sync.tables t on t.name = g.table_name
   cross join lateral unnest(g.change_ids, g.ids) as s (change_id, id)
    join sync.records r on r.record_id = s.id and r.table_id = t.table_id and r.gone is null;
  if jsonb_array_length(v_settled) is distinct from v_count::integer then
    raise exception 'P3: % changes got % receipts', v_count, coalesce(jsonb_array_length(v_settled), 0);
  end if;
  return v_settled;
end $$;
alter function sync.settle_batch(sync.change_group[]) owner to wedsync_engine;
grant execute on function sync.settle_batch(sync.change_group[]) to app_owner, app_planner, app_assistant;

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
         fields = (select jsonb_agg(f.field || (v_chosen -> (f.nth - 1)::integer)
                          -- whoever withdraws may not read what stands on the other side
                          || case when v_chosen -> (f.nth - 1)::integer ->> 'choice' = 'server' then jsonb_build_object('resolved', f.field -> 'server') else '{}' end order by f.nth)
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
-- sync.side_in_words: who made a side of a conflict, with their name and their account where the caller may read these.
-- Keeps   P7
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
     limit 1), 'userId', (
    select m.user_id from public.memberships m
     where m.organization_id = sync.caller_organization() and m.user_id = (p_by ->> 'userId')::uuid and sync.sees_record('memberships', m.id))) end;
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
-- sync.told_conflict: the conflict of a stored receipt, with the keys its reader's role may read today, and of a record that is
-- out of their sight today only their own side. Whose account the other side is, the record of the conflict tells those who
-- may know it.
-- Keeps   P7: a receipt outlives the rights it was written under
-- Called  sync.receipt_of
create or replace function sync.told_conflict(p_conflict jsonb)
returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return jsonb_set(p_conflict, '{fields}', coalesce((
    select jsonb_agg((case when s.sees then f.field
                           else f.field - array['server', 'serverBy', 'resolved', 'proposed', 'choice', 'reason'] || '{"reason": "This is no longer in your sight."}' end)
                     #- '{serverBy,userId}' order by f.nth)
      from jsonb_array_elements(p_conflict -> 'fields') with ordinality f (field, nth)
     cross join lateral (select coalesce(f.field ->> 'table', p_conflict ->> 'table') as table_name,
                                coalesce(f.field ->> 'id', p_conflict ->> 'id')::uuid as record_id) w
      join sync.field_rights r on r.table_name = w.table_name and r.field = f.field ->> 'field' and r.role = sync.caller_role() and r.can_read
     cross join lateral (select sync.sees_record(w.table_name, w.record_id) as sees) s), '[]'));
end $$;
alter function sync.told_conflict(jsonb) owner to wedsync_engine;

-- ---- track.sql
-- sync.track: attaches a table to the feed: slots for its fields, capture triggers, row level security, reading policies.
-- The scope is the name of a column: client_id (a wedding) or organization_id (the organization's own).
-- Rank    parents before children, for locks and writes
-- Needs   columns id, organization_id and the scope; sync.audience_of_<table>(row), else the team alone sees its rows
-- Called  a migration, once per table and again after its columns changed; then sync.grant_rights
create or replace function sync.track(p_table regclass, p_scope name, p_rank integer)
returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_name     text := (select relname from pg_class where oid = p_table);
  v_table_id smallint;
  v_mine     text := format('organization_id = (select sync.caller_organization()) and %s && (select sync.caller_audiences())::text[]',
                            sync.audience_expression(p_table, quote_ident(v_name)));
  -- `is true` keeps the planner from walking a whole wedding by this condition where the rows are known by id
  v_in_scope text := case when p_scope <> 'organization_id'
                          then format(' and (%I = any ((select sync.caller_scopes())::uuid[])) is true', p_scope) else '' end;
begin
  insert into sync.tables (name, scope_column, rank) values (v_name, p_scope, p_rank)
  on conflict on constraint tables_name_key do update set scope_column = excluded.scope_column, rank = excluded.rank
  returning table_id into v_table_id;

  -- a field keeps its slot for ever: known ones first, new ones behind them
  insert into sync.fields (table_id, field, slot)
  select v_table_id, a.attname,
         coalesce((select max(slot) from sync.fields where table_id = v_table_id), 0) + row_number() over (order by a.attnum)
    from pg_attribute a
   where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped and a.attname not in ('id', 'organization_id')
     and not exists (select from sync.fields f where f.table_id = v_table_id and f.field = a.attname);

  perform sync.build_capture(p_table);

  -- room on a page for a row's next version: an edit then touches no index of the table
  if not exists (select from pg_class c where c.oid = p_table and c.reloptions::text like '%fillfactor=%') then
    execute format('alter table %s set (fillfactor = 80)', p_table);
  end if;

  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  execute format('revoke all on %s from public, anon, authenticated', p_table);
  execute format('drop policy if exists read_owner on %s', p_table);
  execute format('drop policy if exists read_scope on %s', p_table);
  -- an owner holds every wedding: no need to look one up in a long list for every row
  execute format('create policy read_owner on %s for select to app_owner using (%s)', p_table, v_mine);
  execute format('create policy read_scope on %s for select to app_planner, app_assistant, app_venue, app_vendor, app_couple, app_viewer using (%s)',
                 p_table, v_mine || v_in_scope);

  -- the engine locks rows and reads stored values, for detection only
  execute format('drop policy if exists engine on %s', p_table);
  -- the engine writes one thing only: who works on a wedding its planner just made
  execute format('create policy engine on %s for all to wedsync_engine using (true) with check (%s)', p_table, case when v_name = 'assignments' then 'true' else 'false' end);
  execute format('grant select, update (id) on %s to wedsync_engine', p_table);
end $$;

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

-- ---- write_group.sql
-- sync.write_group: writes a group's ledger rows and then its rows, as the caller's own role; false, and nothing written,
-- where it is not clean. The ledger comes first: from the first row on the clock is held, and everybody else waits.
-- Raises  42501  the policies hid a row of it
-- Called  process_sync_batch
create or replace function sync.write_group(p_group sync.change_group, p_role text, p_device_id uuid, p_batch_id uuid)
returns boolean language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
  v_written integer;
begin
  perform set_config('sync.record_ids', p_group.ids::text, true), set_config('sync.change_ids', p_group.change_ids::text, true);
  if p_group.action = 'update' then
    execute format('select sync.%I($1, $2, $3)', 'update_' || p_group.table_name || '_' || p_role) into v_written
      using p_group, p_device_id, p_batch_id;
    if v_written is null then
      return false;
    end if;
  else
    if not sync.is_group_clean(p_group, p_role) then
      return false;
    end if;
    perform sync.record_changes(p_group, p_device_id, p_batch_id, null);
    execute format('insert into public.%1$I (id, organization_id, %2$s)
                    select u.id, $1, %3$s from unnest($2, $3) u (id, data), jsonb_populate_record(null::public.%1$I, u.data) n', p_group.table_name,
                   (select string_agg(format('%I', f), ', ') from unnest(p_group.fields) f),
                   (select string_agg(format('n.%I', f), ', ') from unnest(p_group.fields) f))
      using sync.caller_organization(), p_group.ids, p_group.data;
    get diagnostics v_written = row_count;
  end if;
  if v_written <> cardinality(p_group.ids) then
    raise exception 'some rows of % are not the caller''s to write', p_group.table_name using errcode = '42501';
  end if;
  return true;
end $$;
grant execute on function sync.write_group(sync.change_group, text, uuid, uuid) to app_owner, app_planner, app_assistant;

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
